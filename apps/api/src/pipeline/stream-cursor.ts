import type { EntryId } from './entry';

/**
 * How far a list that goes from newest to oldest has come in one partition's stream: entries up to `id` are still
 * to come, of the entry `id` itself only the rows before `row`.
 */
export interface StreamPosition {
  readonly id: EntryId;
  readonly row: number;
}

/** More rows than any entry has. */
export const ALL_ROWS = 2_147_483_647;

const ENTRY_ID = /^\d{1,15}-\d{1,15}$/;

/** Before the newest entry of any stream: nothing has been listed yet. */
export const NEWEST: StreamPosition = { id: `${10 ** 15 - 1}-0`, row: ALL_ROWS };

/** The opaque text of a position in each partition. */
export function formatCursor(positions: readonly StreamPosition[]): string {
  return Buffer.from(JSON.stringify(positions.map(({ id, row }) => [id, row]))).toString('base64url');
}

/** The positions in a cursor of `formatCursor`; undefined for any other text. */
export function parseCursor(text: string, partitions: number): StreamPosition[] | undefined {
  const pairs = parsePairs(text);
  if (pairs?.length !== partitions) return undefined;
  const positions = pairs.flatMap(toPosition);
  const valid = positions.length === partitions && formatCursor(positions) === text;
  return valid ? positions : undefined;
}

function parsePairs(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    // The parser's one way to say that the text is not JSON.
    return undefined;
  }
}

function toPosition(pair: unknown): StreamPosition[] {
  if (!Array.isArray(pair)) return [];
  const [id, row]: unknown[] = pair;
  if (typeof id !== 'string' || !ENTRY_ID.test(id)) return [];
  if (typeof row !== 'number' || !Number.isInteger(row) || row < 0 || row > ALL_ROWS) return [];
  return [{ id, row }];
}
