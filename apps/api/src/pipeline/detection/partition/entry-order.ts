import type { EntryId } from '../../entry';

/** Before every entry of a stream. */
export const NO_ENTRY: EntryId = '0-0';

/** Whether entry `a` lies before `b`. Ids compare by number: as text 9-0 would follow 10-0. */
export function isBefore(a: EntryId, b: EntryId): boolean {
  const [aMs = 0, aSequence = 0] = a.split('-').map(Number);
  const [bMs = 0, bSequence = 0] = b.split('-').map(Number);
  return aMs === bMs ? aSequence < bSequence : aMs < bMs;
}

/** The earlier of two entries. */
export function earlier(a: EntryId, b: EntryId): EntryId {
  return isBefore(a, b) ? a : b;
}
