import type { EntryId } from '@watchfloor/contracts';

export { compareEntryIds, type EntryId, FIRST } from '@watchfloor/contracts';

/** The server's clock, in ms since the epoch, when the entry was added. */
export function entryTime(id: EntryId): number {
  return Number(id.slice(0, id.indexOf('-')));
}
