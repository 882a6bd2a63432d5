import { WINDOW_STEPS } from '@watchfloor/contracts';
import { SKETCHED, type Tally } from '../pipeline/aggregation/tally';
import type { WindowBook } from '../pipeline/aggregation/window-book';
import type { SnapshotRange } from './snapshot-range';

/** How far a range moves at a time by the windows that it leaves behind, in ms: those are still held. */
export const MOST_MOVE_MS = 30_000;

/** A sum of what came since a moment. */
interface Successor {
  /** It has every window from here on, in ms since the epoch. */
  readonly from: number;
  readonly tally: Tally;
}

/**
 * A range that somebody looks at, kept summed while changes come in and while it moves on: by the windows that leave and come,
 * never summed anew while it is asked for. A sum that was cut grows less certain with every window that is taken from it; so
 * beside it a successor sums only what comes from then on, and takes its place when the range has moved as far.
 */
export class WatchedRange {
  #range: SnapshotRange;
  #tally: Tally;
  #successor: Successor | undefined;
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

  /** Every sum that it keeps. */
  get tallies(): readonly Tally[] {
    return this.#successor ? [this.#tally, this.#successor.tally] : [this.#tally];
  }

  /** The sums that a gain of the 1 s window at `start` is to be added to, at `now` in ms since the epoch. */
  gaining(start: number, now: number): readonly Tally[] {
    const { from, to, step } = this.#range;
    if (start < from || start >= to || !this.book.keeps(step, start, now)) return [];
    return this.#successor && start >= this.#successor.from ? this.tallies : [this.#tally];
  }

  /** Moves to `range`: by the windows that leave and come; over more than those that are still held, it is summed anew. */
  moveTo(range: SnapshotRange): void {
    const old = this.#range;
    if (range.from === old.from) return;
    this.#range = range;
    const byMs = range.from - old.from;
    if (byMs < 0 || byMs > Math.max(MOST_MOVE_MS, WINDOW_STEPS[range.step].sizeMs)) {
      this.#successor = undefined;
      this.#tally = this.book.sum(range.from, range.to);
      return;
    }
    const coming = this.book.sum(old.to, range.to);
    for (const tally of this.tallies) {
      tally.merge(coming);
      tally.trim(this.book.trackedKeys);
    }
    if (this.#successor && this.#successor.from <= range.from) this.#succeed(this.#successor);
    else this.#leave(old);
    if (!this.#successor && !this.#tally.exact) this.#beginSuccessor();
  }

  #leave(old: SnapshotRange): void {
    const { from, to, step } = this.#range;
    for (const window of this.book.windowsIn(old.from, from, step)) window.takeFrom(this.#tally);
    const { sketches, counts } = this.#tally;
    for (const dimension of SKETCHED) {
      if (sketches.has(dimension) || !counts[dimension].exact)
        sketches.set(dimension, this.book.sketch(from, to, dimension));
    }
  }

  #succeed({ from, tally }: Successor): void {
    this.#tally = tally;
    this.#successor = undefined;
    // It may have begun in the range that was left.
    if (from < this.#range.from) this.#leave({ ...this.#range, from });
  }

  #beginSuccessor(): void {
    const { to, step } = this.#range;
    const from = to - WINDOW_STEPS[step].sizeMs;
    this.#successor = { from, tally: this.book.sum(from, to) };
  }
}
