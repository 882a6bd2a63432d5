import { advanceWatermark, isLate, windowStart } from '@watchfloor/windowing';
import type { BatchPart } from '../batch/batch';
import { decodeBatch } from '../batch-codec';
import { poisonLetter } from '../dead-letters/dead-letter';
import type { BatchMeta, DeadLetter, EntryId } from '../entry';
import { eventsIn, type Segment, type SegmentEntry } from '../segment';
import { EVENT_TIME } from '../topology';
import type { Change, TimelineChange } from './change';
import { toEventRow } from './event-row';
import type { CountedColumns } from './counted-columns';
import { Tally, Vocabulary } from './tally';

/** The finest tumbling window, in ms; coarser ones are sums of it. */
const WINDOW_MS = 1_000;

/** Rows of a segment that go to the live feed. */
const FEED_ROWS = 12;

/** Keys that a window is made ready for at once, so that it need not grow step by step. */
const MOST_ROOM = 400;

/** What aggregation makes of a segment. */
export interface Aggregated {
  readonly change: Change;
  readonly aggregated: number;
  readonly late: number;
  readonly future: number;
  /** Fields of the watermarks hash to set. */
  readonly watermarks: Readonly<Record<string, number>>;
  readonly deadLetters: readonly DeadLetter[];
}

/** What is still on its way to this partition, read after the segment was fixed. */
export interface Upstream {
  /** Whether partition `from` may still bring events of a timeline to this one behind entry `after`, in the same segment or not. */
  pending(from: number, timeline: string, after: EntryId): boolean;
}

/** What aggregation needs besides the segment. */
export interface AggregationContext {
  readonly partitions: number;
  readonly upstream: Upstream;
  readonly columns: CountedColumns;
}

/** Field of the watermarks hash: highest event time that channel `from` has carried on a timeline. */
export function channelField(from: number, timeline: string): string {
  return `c:${from}:${timeline}`;
}

/** Field of the watermarks hash: the partition's watermark of a timeline. */
export function watermarkField(timeline: string): string {
  return `w:${timeline}`;
}

/** A row for the live feed. */
interface FeedRow {
  readonly part: BatchPart;
  readonly row: number;
}

/** An entry as it moves the watermark. */
interface Carried {
  readonly id: EntryId;
  readonly from: number;
  /** Highest event time that its channel has carried; -1: none yet. */
  readonly highest: number;
}

/** The state of one timeline while a segment is worked on. */
class TimelineFold {
  readonly windows = new Map<number, Tally>();
  /** Shared by the windows, so that a key that is in several of them is looked up once. */
  readonly vocabulary = new Vocabulary();
  watermark: number | undefined;
  future = 0;
  newest: FeedRow[] = [];
  readonly #highest: (number | undefined)[];
  readonly #events: number;

  constructor(
    readonly timeline: string,
    segment: Segment,
    partitions: number,
  ) {
    this.watermark = segment.watermarks.get(watermarkField(timeline));
    this.#events = eventsIn(segment);
    this.#highest = Array.from({ length: partitions }, (_, from) =>
      segment.watermarks.get(channelField(from, timeline)),
    );
  }

  window(start: number): Tally {
    const existing = this.windows.get(start);
    if (existing) return existing;
    const created = new Tally(this.vocabulary);
    this.windows.set(start, created);
    // The more windows there are, the fewer events each can have: the room of all of them grows with the events, not with the windows.
    created.reserve(Math.min(MOST_ROOM, this.#events / this.windows.size));
    return created;
  }

  /** Moves the watermark behind entry `id` of channel `from`. */
  advance({ from, highest, id }: Carried, upstream: Upstream): void {
    if (highest >= 0) this.#highest[from] = Math.max(highest, this.#highest[from] ?? -1);
    const channels = this.#highest.map((value, channel) => ({
      highest: value,
      pending: upstream.pending(channel, this.timeline, id),
    }));
    this.watermark = advanceWatermark(this.watermark, channels, EVENT_TIME.maxOutOfOrdernessMs);
  }

  fields(): [string, number][] {
    const fields = this.#highest.flatMap((value, from): [string, number][] =>
      value === undefined ? [] : [[channelField(from, this.timeline), value]],
    );
    return this.watermark === undefined
      ? fields
      : [...fields, [watermarkField(this.timeline), this.watermark]];
  }
}

/**
 * The aggregation stage: keyed entries to what they add to the windows. Whether an event is late is decided here,
 * once: against the watermark as it stood before its entry, so that the size of a segment changes nothing.
 */
export function aggregate(
  segment: Segment,
  { partitions, upstream, columns }: AggregationContext,
): Aggregated {
  const folds = new Map<string, TimelineFold>();
  const counts = { aggregated: 0, late: 0, future: 0 };
  const deadLetters: DeadLetter[] = [];
  for (const entry of segment.entries) {
    const fold = folds.get(entry.timeline) ?? new TimelineFold(entry.timeline, segment, partitions);
    folds.set(entry.timeline, fold);
    const meta = JSON.parse(entry.meta) as BatchMeta;
    if (entry.events > 0) countEntry(entry, fold, { columns, counts, deadLetters });
    if (meta.from !== undefined)
      fold.advance({ from: meta.from, highest: meta.highest, id: entry.id }, upstream);
  }
  return {
    ...counts,
    deadLetters,
    change: { timelines: [...folds.values()].map(toTimelineChange) },
    watermarks: Object.fromEntries([...folds.values()].flatMap((fold) => fold.fields())),
  };
}

interface Counting {
  readonly columns: CountedColumns;
  readonly counts: { aggregated: number; late: number; future: number };
  readonly deadLetters: DeadLetter[];
}

function countEntry(entry: SegmentEntry, fold: TimelineFold, counting: Counting): void {
  let firstRow = 0;
  for (const part of decodeBatch(entry.body).parts) {
    const uncounted = countPart(part, { entry, firstRow, fold }, counting);
    addToFeed(fold, part, uncounted);
    firstRow += part.length;
  }
}

/** Counts a part; returns the rows that became dead letters. */
function countPart(
  part: BatchPart,
  { entry, firstRow, fold }: { entry: SegmentEntry; firstRow: number; fold: TimelineFold },
  { columns, counts, deadLetters }: Counting,
): ReadonlySet<number> {
  const { times, future } = part.reader.records;
  const fromFuture = future.length > 0 ? new Set(future) : undefined;
  const dead = new Set<number>();
  columns.each(
    part,
    fold.vocabulary,
    (row, keys) => {
      if (fromFuture?.has(row)) {
        counts.future++;
        fold.future++;
      } else {
        const time = times[row] ?? 0;
        const window = fold.window(windowStart(time, WINDOW_MS));
        window.count(keys);
        if (isLate(time, fold.watermark, WINDOW_MS, EVENT_TIME.allowedLatenessMs)) {
          window.late++;
          counts.late++;
        }
      }
      counts.aggregated++;
    },
    (row, error) => {
      dead.add(row);
      deadLetters.push(poisonLetter(part.event(row), entry, firstRow + row, error));
    },
  );
  return dead;
}

/** Names the newest rows; their events are built once all of the segment is counted. */
function addToFeed(fold: TimelineFold, part: BatchPart, uncounted: ReadonlySet<number>): void {
  const newest: FeedRow[] = [];
  for (let row = part.length - 1; row >= 0 && newest.length < FEED_ROWS; row--)
    if (!uncounted.has(row)) newest.push({ part, row });
  fold.newest = fold.newest.concat(newest.reverse()).slice(-FEED_ROWS);
}

function toTimelineChange({ timeline, watermark, future, windows, newest }: TimelineFold): TimelineChange {
  const rows = newest.map(({ part, row }) => toEventRow(part.event(row)));
  return { timeline, watermark, future, windows, rows };
}
