/** Id of a stream entry, `<ms>-<seq>`: the server's clock when it was added, and a number within that millisecond. */
export type EntryId = string;

/** Before every entry of a stream. */
export const FIRST: EntryId = '0-0';

/** Negative, zero or positive as `a` is before, equal to or after `b`. Ids compare by number: as text 9-0 would follow 10-0. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs - bMs || aSeq - bSeq;
}
