/** A stream entry id, `<ms>-<seq>`. */
export type EntryId = string;

/** Before every entry. */
export const FIRST: EntryId = '0-0';

/** Negative, zero or positive as `a` is before, equal to or after `b`. Ids compare by number, never as text. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs - bMs || aSeq - bSeq;
}

/** The server's clock, in ms since the epoch, when the entry was added. */
export function entryTime(id: EntryId): number {
  return Number(id.slice(0, id.indexOf('-')));
}
