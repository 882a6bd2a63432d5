import { compareEntryIds, type EntryId } from '@watchfloor/contracts';

/** Whether entry `a` lies before `b`. */
export function isBefore(a: EntryId, b: EntryId): boolean {
  return compareEntryIds(a, b) < 0;
}

/** The earlier of two entries. */
export function earlier(a: EntryId, b: EntryId): EntryId {
  return isBefore(a, b) ? a : b;
}
