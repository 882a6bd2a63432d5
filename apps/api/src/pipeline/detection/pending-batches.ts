import { eventField } from '../batch/event-field';
import type { EventRows } from './event-rows';
import {
  comparePositions,
  Placer,
  type PlacedEvent,
  type PlacedRow,
  type Position,
  toPlacedEvent,
  toPlacedRow,
} from './place';

const ID = eventField('event.id');

/** A stream entry as detection takes it. */
export interface OfferedBatch {
  /** Entry id; entries are offered in the order of their ids. */
  readonly entry: string;
  /** Event times by row, ms since the epoch. */
  readonly times: ArrayLike<number>;
  /** The events, all rows of one after those of the other. Called once, when the watermark comes to the first row, or never. */
  parts(): readonly EventRows[];
  /** Rows that are never evaluated: those from the future. */
  readonly skip?: ReadonlySet<number>;
}

/** Which rows of a batch wait. */
export interface Admission {
  /** Rows before this event time do not. */
  readonly from: number;
  /** Rows up to this position do not. */
  readonly after?: Position | undefined;
}

/** One batch of which some rows wait: as it came until the first of them is due, then row by row. */
class PendingBatch {
  /** Event time of the earliest row that waits; Infinity when none does. */
  earliest = Number.POSITIVE_INFINITY;
  /** Rows that wait. */
  size = 0;
  private rows: PlacedRow[] | undefined;

  constructor(
    private readonly batch: OfferedBatch,
    /** How many entries were offered before this one, and the last of them. */
    readonly ordinal: number,
    readonly previous: string | undefined,
    private readonly admission: Admission,
  ) {
    const { times } = batch;
    for (let row = 0; row < times.length; row += 1) {
      if (!this.isWaiting(row)) continue;
      this.size += 1;
      this.earliest = Math.min(this.earliest, times[row] ?? 0);
    }
  }

  /** Moves the rows before `time` into `due`. */
  takeBefore(time: number, due: PlacedRow[]): void {
    if (this.earliest >= time) return;
    this.rows = partition((this.rows ??= this.decode()), time, due);
    this.size = this.rows.length;
    this.earliest = earliestOf(this.rows);
  }

  /** Event times of the rows that wait. */
  times(): readonly number[] {
    if (this.rows !== undefined) return this.rows.map(({ time }) => time);
    return Array.from(this.batch.times).filter((_time, row) => this.isWaiting(row));
  }

  private isWaiting(row: number): boolean {
    const { times, skip } = this.batch;
    return (times[row] ?? 0) >= this.admission.from && skip?.has(row) !== true;
  }

  private decode(): PlacedRow[] {
    const { after } = this.admission;
    const { entry, times } = this.batch;
    const placer = new Placer();
    const waiting: PlacedRow[] = [];
    let first = 0;
    for (const part of this.batch.parts()) {
      for (let row = 0; row < part.length; row += 1) {
        if (!this.isWaiting(first + row)) continue;
        const id = part.read(row, ID) ?? `${entry}-${first + row}`;
        const placed = placer.place(part, row, times[first + row] ?? 0, String(id));
        if (after === undefined || comparePositions(placed, after) > 0) waiting.push(placed);
      }
      first += part.length;
    }
    if (first !== times.length)
      throw new RangeError(`entry ${entry} has ${first} events for ${times.length} times`);
    return waiting;
  }
}

/**
 * What waits for the watermark. A batch that is not due is kept as it came, encoded; so disorder costs the memory of bytes
 * and not of objects.
 */
export class PendingBatches {
  private batches: PendingBatch[] = [];
  private stragglers: PlacedRow[] = [];
  /** How many entries were offered, and the newest of them. */
  private offered = 0;
  private newest: string | undefined;
  /** Rows that wait. */
  size = 0;

  /** Takes a batch that is newer than all before; returns how many of its rows are waiting. */
  add(batch: OfferedBatch, admission: Admission): number {
    const pending = new PendingBatch(batch, this.offered, this.newest, admission);
    this.newest = batch.entry;
    this.offered += 1;
    if (pending.size > 0) this.batches.push(pending);
    this.size += pending.size;
    return pending.size;
  }

  /** Takes out all rows before `time`, in their order. */
  takeBefore(time: number): PlacedRow[] {
    const due: PlacedRow[] = [];
    for (const batch of this.batches) batch.takeBefore(time, due);
    this.stragglers = partition(this.stragglers, time, due);
    if (due.length === 0) return due;
    this.batches = this.batches.filter((batch) => batch.size > 0);
    this.recount();
    return due.sort(comparePositions);
  }

  /** The event time up to which at least `count` rows wait (1 or more, at most `size`). */
  timeOf(count: number): number {
    const times = new Float64Array(this.size);
    let at = 0;
    for (const batch of this.batches) for (const time of batch.times()) times[at++] = time;
    for (const { time } of this.stragglers) times[at++] = time;
    return times.sort()[count - 1] ?? Number.POSITIVE_INFINITY;
  }

  /** The newest entry such that nothing waits of it and of all before it, stragglers apart. */
  get lowWater(): string | undefined {
    const [oldest] = this.batches;
    return oldest === undefined ? this.newest : oldest.previous;
  }

  /**
   * Parts rows that still wait from all entries but the newest `entries`, so that the older are done with. The `limit` earliest
   * of such rows are kept; returns how many were given up.
   */
  setAside(entries: number, limit: number): number {
    const isOld = ({ ordinal }: PendingBatch): boolean => ordinal < this.offered - entries;
    const old = this.batches.filter(isOld);
    if (old.length === 0) return 0;
    this.batches = this.batches.filter((batch) => !isOld(batch));
    const parted: PlacedRow[] = [];
    for (const batch of old) batch.takeBefore(Number.POSITIVE_INFINITY, parted);
    const all = [...this.stragglers, ...parted].sort(comparePositions);
    const givenUp = all.splice(limit).length;
    const known = new Set(this.stragglers);
    this.stragglers = all.map((row) => (known.has(row) ? row : toPlacedRow(toPlacedEvent(row))));
    this.recount();
    return givenUp;
  }

  /** Rows parted from their entries. */
  get setAsideRows(): readonly PlacedEvent[] {
    return this.stragglers.map(toPlacedEvent);
  }

  restore(lowWater: string | undefined, stragglers: readonly PlacedEvent[]): void {
    this.newest = lowWater;
    this.stragglers = stragglers.map(toPlacedRow);
    this.recount();
  }

  private recount(): void {
    this.size = this.batches.reduce((sum, batch) => sum + batch.size, this.stragglers.length);
  }
}

/** Moves what is before `time` into `due`; returns the rest. */
function partition(rows: PlacedRow[], time: number, due: PlacedRow[]): PlacedRow[] {
  const rest: PlacedRow[] = [];
  for (const row of rows) (row.time < time ? due : rest).push(row);
  return rest;
}

function earliestOf(rows: readonly PlacedRow[]): number {
  return rows.reduce((earliest, { time }) => Math.min(earliest, time), Number.POSITIVE_INFINITY);
}
