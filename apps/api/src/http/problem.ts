import type { ItemProblem, Problem } from '@watchfloor/contracts';
import { PROBLEMS, statusOf, type ProblemCode } from './problem-catalogue';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** What a refusal may say beyond its code. Nothing of the input is ever repeated in it. */
export interface ProblemParts {
  readonly detail?: string;
  readonly errors?: readonly ItemProblem[];
  /** Seconds for `Retry-After`. */
  readonly retryAfterS?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request ends without its answer; the problem filter turns it into problem+json. */
export class RequestProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly parts: ProblemParts = {},
    options?: ErrorOptions,
  ) {
    super(PROBLEMS[code][1], options);
    this.name = 'RequestProblem';
  }
}

/** The RFC 9457 body of a problem. */
export function toProblem(
  code: ProblemCode,
  requestId: string,
  { detail, errors }: ProblemParts = {},
): Problem {
  const [status, title] = PROBLEMS[code];
  return {
    status,
    code,
    title,
    requestId,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}

/** The header fields of a problem's answer. What was not read in full leaves the connection in no known state. */
export function problemHeaders(code: ProblemCode, parts: ProblemParts = {}): Record<string, string> {
  const status = statusOf(code);
  return {
    'content-type': PROBLEM_MEDIA_TYPE,
    'cache-control': 'no-store',
    ...(parts.retryAfterS === undefined ? {} : { 'retry-after': String(parts.retryAfterS) }),
    ...(status === 413 || status === 415 || status === 408 ? { connection: 'close' } : {}),
    ...(code === 'unsupported_encoding' ? { 'accept-encoding': 'identity' } : {}),
    ...parts.headers,
  };
}
