import type { EventRow, SnapshotWindow } from '@watchfloor/contracts';
import type { Change } from '../pipeline/aggregation/change';
import { Tally } from '../pipeline/aggregation/tally';
import { WindowBook } from '../pipeline/aggregation/window-book';
import { LIVE_TIMELINE } from '../pipeline/topology';
import { snapshotRange, type SnapshotRange } from './snapshot-range';

const RECENT_ROWS = 200;

/** A range that somebody looks at, kept summed while changes come in. */
interface Watched {
  range: SnapshotRange;
  tally: Tally;
  usedAt: number;
}

/** A watched range that nobody has asked for during this long, in ms, is no longer kept. */
const UNWATCH_AFTER_MS = 30_000;

/** One timeline as the gateway knows it. */
export class TimelineModel {
  readonly book: WindowBook;
  readonly #watched = new Map<SnapshotWindow, Watched>();
  /** Lowest watermark over the partitions, in ms since the epoch. */
  readonly #watermarks = new Map<number, number>();
  highest = 0;
  rows: EventRow[] = [];

  constructor(
    readonly timeline: string,
    private readonly trackedKeys: number,
  ) {
    this.book = new WindowBook(trackedKeys);
  }

  /** What `now` is on this timeline: the wall clock, or on a recorded one the end of what it has. */
  reference(wallClock: number): number {
    return this.timeline === LIVE_TIMELINE ? wallClock : this.highest;
  }

  /** The watermark of the slowest partition; undefined before the first. */
  get watermark(): number | undefined {
    return this.#watermarks.size === 0 ? undefined : Math.min(...this.#watermarks.values());
  }

  setWatermark(partition: number, watermark: number): void {
    this.#watermarks.set(partition, watermark);
  }

  /** Adds what a 1 s window gained. */
  gain(start: number, gained: Tally, wallClock: number): void {
    this.highest = Math.max(this.highest, start);
    this.book.add(start, gained, this.reference(wallClock));
    for (const { range, tally } of this.#watched.values()) {
      if (start >= range.from && start < range.to) tally.merge(gained);
    }
  }

  addRows(rows: readonly EventRow[]): void {
    if (rows.length > 0) this.rows = [...rows].reverse().concat(this.rows).slice(0, RECENT_ROWS);
  }

  /** The sum over a snapshot window at `wallClock`; summed anew when the range has moved on, else kept up to date. */
  watch(window: SnapshotWindow, wallClock: number): { range: SnapshotRange; tally: Tally } {
    const range = snapshotRange(window, this.reference(wallClock));
    const watched = this.#watched.get(window);
    if (watched && watched.range.from === range.from) {
      watched.usedAt = wallClock;
      return watched;
    }
    const fresh = { range, tally: this.book.sum(range.from, range.to, range.step), usedAt: wallClock };
    fresh.tally.trim(this.trackedKeys);
    this.#watched.set(window, fresh);
    return fresh;
  }

  /** Forgets what is past its retention and what nobody looks at. */
  prune(wallClock: number): void {
    this.book.prune(this.reference(wallClock));
    for (const [window, { usedAt }] of this.#watched) {
      if (wallClock - usedAt > UNWATCH_AFTER_MS) this.#watched.delete(window);
    }
  }
}

/** All timelines that somebody looks at, and how many events each partition has aggregated in all. */
export class ReadModel {
  readonly #timelines = new Map<string, TimelineModel>();
  readonly #totals: number[];
  future = 0;
  /** Counts the changes applied: two answers with the same revision of one epoch say the same. */
  revision = 0;

  constructor(
    partitions: number,
    private readonly trackedKeys: number,
  ) {
    this.#totals = new Array<number>(partitions).fill(0);
  }

  /** Events aggregated since the first start, over all timelines. */
  get allEvents(): number {
    return this.#totals.reduce((a, b) => a + b, 0);
  }

  get timelines(): Iterable<TimelineModel> {
    return this.#timelines.values();
  }

  timeline(name: string): TimelineModel | undefined {
    return this.#timelines.get(name);
  }

  /** An empty timeline, to be filled from the store before changes are applied to it. */
  open(name: string): TimelineModel {
    const model = new TimelineModel(name, this.trackedKeys);
    this.#timelines.set(name, model);
    return model;
  }

  /** Takes a timeline that was filled elsewhere. */
  adopt(model: TimelineModel): void {
    this.#timelines.set(model.timeline, model);
  }

  setTotal(partition: number, total: number): void {
    this.#totals[partition] = total;
  }

  /** Applies the next change of a partition. Changes of timelines that are not open are left to the store. */
  apply(partition: number, change: Change, wallClock: number): void {
    this.revision++;
    for (const { timeline, watermark, future, windows, rows } of change.timelines) {
      this.future += future;
      const model = this.#timelines.get(timeline);
      if (!model) continue;
      if (watermark !== undefined) model.setWatermark(partition, watermark);
      for (const [start, gained] of windows) model.gain(start, gained, wallClock);
      model.addRows(rows);
    }
  }
}
