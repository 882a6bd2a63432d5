import { Value } from '@sinclair/typebox/value';
import { ProblemSchema } from '@watchfloor/contracts';
import type { Static, TSchema } from '@sinclair/typebox';

/** What came of a request. Nothing is thrown: the screen has words for each. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  /** The api refused; `title` is its sentence for people. */
  | { readonly kind: 'refused'; readonly status: number; readonly title: string }
  /** No answer, or one that is not what the contract says. */
  | { readonly kind: 'unreachable' };

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** The version that a change is meant for. */
  readonly ifMatch?: number;
}

const TIMEOUT_MS = 10_000;

/** Asks the api and checks the answer against its schema. */
export async function ask<S extends TSchema>(
  url: string,
  schema: S,
  request: Request = {},
): Promise<Outcome<Static<S>>> {
  try {
    const response = await fetch(url, fetchOptions(request));
    const body: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
    if (!response.ok) return { kind: 'refused', status: response.status, title: titleOf(body, response) };
    return Value.Check(schema, body) ? { kind: 'answered', answer: body } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}

function fetchOptions({ method = 'GET', body, ifMatch }: Request): RequestInit {
  return {
    method,
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function titleOf(body: unknown, { status }: Response): string {
  return Value.Check(ProblemSchema, body) ? body.title : `The server answers ${status}`;
}
