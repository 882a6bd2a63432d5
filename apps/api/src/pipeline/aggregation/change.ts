import type { EventRow } from '@watchfloor/contracts';
import { decode, encode } from '../batch-codec';
import { type FlatTally, Tally } from './tally';

/** What one aggregation commit changed: the windows of a timeline are the sum of its changes. */
export interface Change {
  readonly timelines: readonly TimelineChange[];
}

export interface TimelineChange {
  readonly timeline: string;
  /** Watermark after the commit in ms since the epoch; undefined before the first. */
  readonly watermark: number | undefined;
  /** Events from the future: counted, but in no window, or a sender could open as many as it likes. */
  readonly future: number;
  /** 1 s windows by start in ms. */
  readonly windows: ReadonlyMap<number, Tally>;
  /** Some of the newest events of the segment, newest last. */
  readonly rows: readonly EventRow[];
}

type FlatTimeline = [
  name: string,
  watermark: number | null,
  future: number,
  windows: [number, FlatTally][],
  rows: EventRow[],
];

/** The bytes of a change. */
export function encodeChange(change: Change): Buffer {
  const flat = change.timelines.map(({ timeline, watermark, future, windows, rows }): FlatTimeline => [
    timeline,
    watermark ?? null,
    future,
    [...windows].map(([start, tally]) => [start, tally.toFlat()]),
    [...rows],
  ]);
  return encode(flat);
}

/** The change in `bytes`. */
export function decodeChange(bytes: Buffer): Change {
  return {
    timelines: decode<FlatTimeline[]>(bytes).map(([timeline, watermark, future, windows, rows]) => ({
      timeline,
      watermark: watermark ?? undefined,
      future,
      windows: new Map(windows.map(([start, flat]) => [start, Tally.fromFlat(flat)])),
      rows,
    })),
  };
}
