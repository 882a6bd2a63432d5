import type { EventRow } from '@watchfloor/contracts';
import { decode, encode } from '../batch-codec';
import type { Tally } from './tally';
import { type EncodedTally, encodeTally } from './tally-codec';

/**
 * What one aggregation commit changed: the windows of a timeline are the sum of its changes.
 * @typeParam W a window's tally; encoded in a change that was read, so that whoever takes it reads it into its own
 */
export interface Change<W = Tally> {
  readonly timelines: readonly TimelineChange<W>[];
}

export interface TimelineChange<W = Tally> {
  readonly timeline: string;
  /** Watermark after the commit in ms since the epoch; undefined before the first. */
  readonly watermark: number | undefined;
  /** Events from the future: counted, but in no window, or a sender could open as many as it likes. */
  readonly future: number;
  /** 1 s windows by start in ms. */
  readonly windows: ReadonlyMap<number, W>;
  /** Some of the newest events of the segment, newest last. */
  readonly rows: readonly EventRow[];
}

type FlatTimeline = [
  name: string,
  watermark: number | null,
  future: number,
  windows: [number, EncodedTally][],
  rows: EventRow[],
];

/** The bytes of a change. */
export function encodeChange(change: Change): Buffer {
  const flat = change.timelines.map(({ timeline, watermark, future, windows, rows }): FlatTimeline => [
    timeline,
    watermark ?? null,
    future,
    [...windows].map(([start, tally]) => [start, encodeTally(tally)]),
    [...rows],
  ]);
  return encode(flat);
}

/** The change in `bytes`. */
export function decodeChange(bytes: Buffer): Change<EncodedTally> {
  return {
    timelines: decode<FlatTimeline[]>(bytes).map(([timeline, watermark, future, windows, rows]) => ({
      timeline,
      watermark: watermark ?? undefined,
      future,
      windows: new Map(windows),
      rows,
    })),
  };
}
