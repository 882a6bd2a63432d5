import { WINDOW_STEPS } from '@watchfloor/contracts';
import type { Tally } from '../pipeline/aggregation/tally';
import type { WindowBook } from '../pipeline/aggregation/window-book';
import type { SnapshotRange } from './snapshot-range';

/** How far a range moves at a time by the windows that it leaves behind, in ms: those are still held. */
export const MOST_MOVE_MS = 30_000;

/** A range that somebody looks at, kept summed while changes come in and while it moves on. */
export class WatchedRange {
  #range: SnapshotRange;
  #tally: Tally;
  /** When somebody last asked, wall clock in ms since the epoch. */
  askedAt = 0;

  constructor(
    private readonly book: WindowBook,
    range: SnapshotRange,
  ) {
    this.#range = range;
    this.#tally = book.sum(range.from, range.to);
  }

  get range(): SnapshotRange {
    return this.#range;
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Whether a gain of the 1 s window at `start` is to be added to the sum, at `now` in ms since the epoch. */
  gains(start: number, now: number): boolean {
    const { from, to, step } = this.#range;
    return start >= from && start < to && this.book.keeps(step, start, now);
  }

  /** Moves to `range`: by the windows that leave and come where counts are exact, else summed anew. */
  moveTo(range: SnapshotRange): void {
    const old = this.#range;
    if (range.from === old.from) return;
    this.#range = range;
    const leaving = this.book.windowsIn(old.from, range.from, range.step);
    const isExact = this.#tally.exact && leaving.every((window) => window.exact);
    const byMs = range.from - old.from;
    if (!isExact || byMs < 0 || byMs > Math.max(MOST_MOVE_MS, WINDOW_STEPS[range.step].sizeMs)) {
      this.#tally = this.book.sum(range.from, range.to);
      return;
    }
    for (const window of leaving) window.takeFrom(this.#tally);
    this.#tally.merge(this.book.sum(old.to, range.to));
  }
}
