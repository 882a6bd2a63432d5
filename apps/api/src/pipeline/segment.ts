import type { Stage } from '@watchfloor/contracts';
import type { DeadLetter, EntryId } from './entry';

/** A job of a stage queue: which segment to take. It carries no event. */
export interface WorkOrder {
  readonly stage: Stage;
  readonly partition: number;
  /** The segment is (base, to]: base is the cursor it was issued from. */
  readonly base: EntryId;
  readonly to: EntryId;
  /** An order for this base may have been begun before, and come to no end: such orders are counted. */
  readonly again?: true;
}

/** One entry as a stage reads it. */
export interface SegmentEntry {
  readonly id: EntryId;
  readonly events: number;
  readonly timeline: string;
  /** JSON of RawMeta or BatchMeta. */
  readonly meta: string;
  readonly body: Buffer;
}

/** The segment of a work order with what the partition knew when it was read. */
export interface Segment {
  readonly order: WorkOrder;
  readonly entries: readonly SegmentEntry[];
  readonly watermarks: ReadonlyMap<string, number>;
  readonly channels: ReadonlyMap<string, string>;
  /** An order for its base was counted as begun again (see crash-isolation/). */
  readonly suspect?: boolean;
  /** Dead letters of rows that were taken out of the entries, because the worker died of them. */
  readonly crashed?: readonly DeadLetter[];
}

/** `STALE`: somebody else committed it. `GAP`: an earlier segment is not committed. */
export type CommitOutcome = 'OK' | 'STALE' | 'GAP';

/** Field of the channels hash: the last entry of a timeline that partition `from` appended to this one. */
export function lastEntryField(from: number, timeline: string): string {
  return `${from}:last:${timeline}`;
}

/** Events in the entries of a segment. */
export function eventsIn(segment: Segment): number {
  return segment.entries.reduce((sum, entry) => sum + entry.events, 0);
}
