import { parseCursor, type StreamPosition } from './stream-cursor';
import { RequestProblem } from '../http/problem';

/** Rows of a list by default and at the most. */
export const LIST_LIMITS = { usual: 50, most: 500 } as const;

/** The `limit` of a list. @throws RequestProblem invalid_parameter */
export function askedLimit(value: unknown): number {
  if (value === undefined) return LIST_LIMITS.usual;
  const limit = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= LIST_LIMITS.most) return limit;
  throw new RequestProblem('invalid_parameter', { detail: `limit is 1 to ${LIST_LIMITS.most}` });
}

/** The one of `names` that a parameter asks for; undefined when absent. @throws RequestProblem invalid_parameter */
export function askedOneOf<Name extends string>(
  value: unknown,
  parameter: string,
  names: readonly Name[],
): Name | undefined {
  if (value === undefined) return undefined;
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new RequestProblem('invalid_parameter', { detail: `${parameter} is one of ${names.join(', ')}` });
}

/** The positions in the `cursor` of a list; undefined when absent. @throws RequestProblem invalid_parameter */
export function askedCursor(value: unknown, partitions: number): StreamPosition[] | undefined {
  if (value === undefined) return undefined;
  const positions = typeof value === 'string' ? parseCursor(value, partitions) : undefined;
  if (positions) return positions;
  throw new RequestProblem('invalid_parameter', { detail: 'cursor is the next of an earlier answer' });
}
