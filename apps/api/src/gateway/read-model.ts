import {
  type EventRow,
  SNAPSHOT_WINDOWS,
  type SnapshotWindow,
  WINDOW_STEPS,
  type WindowStep,
} from '@watchfloor/contracts';
import type { Change } from '../pipeline/aggregation/change';
import type { Tally } from '../pipeline/aggregation/tally';
import type { EncodedTally } from '../pipeline/aggregation/tally-codec';
import { STEPS, WindowBook } from '../pipeline/aggregation/window-book';
import { WindowMemory } from '../pipeline/aggregation/window-memory';
import { EVENT_TIME, LIVE_TIMELINE } from '../pipeline/topology';
import { snapshotRange, type SnapshotRange } from './snapshot-range';
import { MOST_MOVE_MS, WatchedRange } from './watched-range';

const RECENT_ROWS = 200;

/** A watched range that nobody has asked for during this long, in ms, is no longer kept. */
const UNWATCH_AFTER_MS = 30_000;

/** Windows stay this much longer than their retention, in ms: a watched range takes away what it leaves behind. */
const LEAVING_MS = 2 * MOST_MOVE_MS;

const RANGES = Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[];

/** How long the windows of a step are part of a snapshot: as long as the longest range that they may be summed for. */
const KEYS_KEPT_MS = longestRanges();

/** One timeline as the gateway knows it. */
export class TimelineModel {
  readonly book: WindowBook;
  readonly memory: WindowMemory;
  readonly #watched = new Map<SnapshotWindow, WatchedRange>();
  /** Lowest watermark over the partitions, in ms since the epoch. */
  readonly #watermarks = new Map<number, number>();
  #turn = 0;
  highest = 0;
  rows: EventRow[] = [];
  /** Which filling of the timeline this is, from 1; 0 of one that is not kept. A timeline that was dropped comes back with another. */
  filling = 0;
  /** When somebody last asked for it, wall clock in ms since the epoch. */
  askedAt = 0;

  /** @param trackedKeys most keys of one dimension that are counted exactly in one window */
  constructor(
    readonly timeline: string,
    trackedKeys: number,
  ) {
    this.book = new WindowBook(trackedKeys);
    this.memory = new WindowMemory(this.book, KEYS_KEPT_MS);
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
  gain(start: number, gained: EncodedTally, wallClock: number): void {
    this.highest = Math.max(this.highest, start);
    const now = this.reference(wallClock);
    const sums = [...this.#watched.values()].flatMap((range) => range.gaining(start, now));
    this.book.add(start, gained, { now, wallClock }, sums);
  }

  addRows(rows: readonly EventRow[]): void {
    if (rows.length > 0) this.rows = [...rows].reverse().concat(this.rows).slice(0, RECENT_ROWS);
  }

  /** The sum over a snapshot window at `wallClock`, kept up to date while it is asked for. */
  watch(window: SnapshotWindow, wallClock: number): { range: SnapshotRange; tally: Tally } {
    const range = snapshotRange(window, this.reference(wallClock));
    const watched = this.#watched.get(window) ?? new WatchedRange(this.book, range);
    watched.moveTo(range);
    watched.askedAt = wallClock;
    this.#watched.set(window, watched);
    return watched;
  }

  /** Closes coarser windows and puts those to rest that no longer gain: a little, often. */
  settle(wallClock: number): void {
    this.book.rollUp(this.#closingMark(wallClock));
    this.memory.rest(wallClock);
    if (this.timeline === LIVE_TIMELINE) this.#keepWarm(wallClock);
  }

  /** Forgets what is past its retention and what nobody looks at. */
  prune(wallClock: number): void {
    this.book.rollUp(this.#closingMark(wallClock));
    this.book.prune(this.reference(wallClock) - LEAVING_MS);
    const isLive = this.timeline === LIVE_TIMELINE;
    for (const [window, { askedAt }] of this.#watched)
      if (!isLive && wallClock - askedAt > UNWATCH_AFTER_MS) this.#watched.delete(window);
    this.memory.tidy(
      this.reference(wallClock),
      [...this.#watched.values()].flatMap(({ tallies }) => tallies),
    );
  }

  /** Takes the next range along, so that whoever asks first need not wait for a sum of many windows. */
  #keepWarm(wallClock: number): void {
    const window = RANGES[this.#turn++ % RANGES.length] as SnapshotWindow;
    const range = snapshotRange(window, wallClock);
    const known = this.#watched.get(window);
    if (known) known.moveTo(range);
    else this.#watched.set(window, new WatchedRange(this.book, range));
  }

  /** Windows that end here or before have closed; one partition that brings nothing does not hold the others up for ever. */
  #closingMark(wallClock: number): number {
    const reference = this.reference(wallClock);
    return Math.max(reference - EVENT_TIME.allowedLatenessMs, Math.min(this.watermark ?? 0, reference));
  }
}

/** All timelines that somebody looks at, and how many events each partition has aggregated in all. */
export class ReadModel {
  readonly #timelines = new Map<string, TimelineModel>();
  readonly #totals: number[];
  #fillings = 0;
  /** Events from the future since the first start, over all timelines. */
  future = 0;
  /** Counts the changes applied and the timelines that came or went: two answers with the same revision of one epoch say the same. */
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
    this.adopt(model);
    return model;
  }

  /** Takes a timeline that was filled elsewhere. */
  adopt(model: TimelineModel): void {
    model.filling = ++this.#fillings;
    this.revision++;
    this.#timelines.set(model.timeline, model);
  }

  /** Forgets a timeline: whoever asks for it next has it filled from the store. */
  drop(name: string): void {
    if (this.#timelines.delete(name)) this.revision++;
  }

  /** Forgets named timelines: those that nobody asked for since `since`, and beyond `most` the ones asked for longest ago. */
  dropUnasked(since: number, most: number): void {
    const named = [...this.#timelines.values()]
      .filter(({ timeline }) => timeline !== LIVE_TIMELINE)
      .sort((a, b) => b.askedAt - a.askedAt);
    for (const [i, { timeline, askedAt }] of named.entries())
      if (i >= most || askedAt < since) this.drop(timeline);
  }

  setTotal(partition: number, total: number): void {
    this.#totals[partition] = total;
  }

  /** Counts the events from the future in a change that the count so far lacks. */
  countFuture(change: Change<EncodedTally>): void {
    for (const { future } of change.timelines) this.future += future;
  }

  /** Applies the next change of a partition. Changes of timelines that are not open are left to the store. */
  apply(partition: number, change: Change<EncodedTally>, wallClock: number): void {
    this.revision++;
    for (const { timeline, watermark, windows, rows } of change.timelines) {
      const model = this.#timelines.get(timeline);
      if (!model) continue;
      if (watermark !== undefined) model.setWatermark(partition, watermark);
      for (const [start, gained] of windows) model.gain(start, gained, wallClock);
      model.addRows(rows);
    }
  }
}

function longestRanges(): Record<WindowStep, number> {
  const longest = (step: WindowStep): number => {
    const ranges = Object.values(SNAPSHOT_WINDOWS).filter(
      (range) => STEPS.indexOf(range.step) <= STEPS.indexOf(step),
    );
    const { sizeMs } = WINDOW_STEPS[step];
    return Math.max(...ranges.map(({ lengthMs }) => lengthMs)) + 2 * sizeMs + LEAVING_MS;
  };
  return { '1s': longest('1s'), '10s': longest('10s'), '1m': longest('1m'), '1h': longest('1h') };
}
