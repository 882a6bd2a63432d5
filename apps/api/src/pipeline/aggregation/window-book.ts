import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import { DistinctCount } from './distinct-count';
import { HeldWindow, type WindowCounts } from './held-window';
import { type SketchedDimension, Tally, Vocabulary } from './tally';
import { addEncoded, type EncodedTally } from './tally-codec';

/** Window steps, finest first. */
export const STEPS = Object.keys(WINDOW_STEPS) as WindowStep[];

const COARSEST_FIRST = [...STEPS].reverse();

/** The steps that are made from the one before them. */
export const COARSE_STEPS = STEPS.slice(1);

/** The step that `step` is made from; undefined for the finest. */
export function finerThan(step: WindowStep): WindowStep | undefined {
  return STEPS[STEPS.indexOf(step) - 1];
}

/** Where a gain is counted, and as of when. Times in ms since the epoch. */
export interface GainContext {
  /** What retention counts from. */
  readonly now: number;
  readonly wallClock: number;
}

/**
 * The windows of one timeline. What comes is counted in the 1 s window; a coarser window is made from the next finer ones
 * when it closes (`rollUp`), and until then is their sum. What comes for a window that is closed corrects it in place.
 */
export class WindowBook {
  readonly #windows: ReadonlyMap<WindowStep, Map<number, HeldWindow>> = new Map(
    STEPS.map((step) => [step, new Map<number, HeldWindow>()]),
  );
  /** Windows of a coarse step that end here or before are made. */
  readonly #closedTo = new Map<WindowStep, number>(COARSE_STEPS.map((step) => [step, 0]));

  /** @param trackedKeys most keys of one dimension that are counted exactly in one window */
  constructor(
    readonly trackedKeys: number,
    readonly vocabulary: Vocabulary = new Vocabulary(),
  ) {}

  /** Adds what a 1 s window gained, to the book and to `others`, sums that hold it. */
  add(start: number, gained: EncodedTally, context: GainContext, others: readonly Tally[] = []): void {
    const gaining = this.gaining(start, context.now).map(([step, at]) => {
      const window = this.#window(step, at);
      window.touchedAt = context.wallClock;
      return window.open();
    });
    const targets = [...gaining, ...others];
    if (targets.length === 0) return;
    addEncoded(gained, this.vocabulary, targets);
    for (const tally of targets) tally.trim(this.trackedKeys);
  }

  /** Whether a 1 s window is part of what is held at `step` and at `now`. */
  keeps(step: WindowStep, start: number, now: number): boolean {
    const { sizeMs, retentionMs } = WINDOW_STEPS[step];
    return windowStart(start, sizeMs) + sizeMs > now - retentionMs;
  }

  /** Where a gain of a 1 s window is counted at `now`: each step that holds the window, or has to correct it. */
  gaining(start: number, now: number): [step: WindowStep, start: number][] {
    return STEPS.filter((step) => this.#gains(step, start, now)).map((step) => [
      step,
      windowStart(start, WINDOW_STEPS[step].sizeMs),
    ]);
  }

  /**
   * Adds a window as it was stored, and adds it to those coarser ones that are made here and were not made there.
   * @param madeTo where the windows of a step were made to when it was stored
   */
  addStored(
    step: WindowStep,
    start: number,
    stored: EncodedTally,
    madeTo: (step: WindowStep) => number = () => Infinity,
  ): HeldWindow {
    const window = this.#window(step, start);
    const targets = [window.open()];
    for (const coarser of STEPS.slice(STEPS.indexOf(step) + 1)) {
      const { sizeMs } = WINDOW_STEPS[coarser];
      const at = windowStart(start, sizeMs);
      if (at + sizeMs <= madeTo(coarser) || at + sizeMs > this.closedTo(coarser)) break;
      targets.push(this.#window(coarser, at).open());
    }
    addEncoded(stored, this.vocabulary, targets);
    for (const tally of targets) tally.trim(this.trackedKeys);
    return window;
  }

  /** A window that is held; undefined when it has no events. */
  window(step: WindowStep, start: number): HeldWindow | undefined {
    return this.#held(step).get(start);
  }

  /** Says that the windows of `step` which end at `at` or before are made. */
  closeTo(step: WindowStep, at: number): void {
    this.#closedTo.set(step, Math.max(this.closedTo(step), at));
  }

  closedTo(step: WindowStep): number {
    return this.#closedTo.get(step) ?? Infinity;
  }

  /** Makes every coarse window that ends at `mark` or before, in ms since the epoch. */
  rollUp(mark: number): void {
    for (const step of COARSE_STEPS) {
      const { sizeMs } = WINDOW_STEPS[step];
      const [from, to] = [this.closedTo(step), windowStart(mark, sizeMs)];
      if (to <= from) continue;
      for (const [start, window] of this.#held(finerThan(step))) {
        if (start < from || start >= to) continue;
        const tally = this.#window(step, windowStart(start, sizeMs)).open();
        window.addTo(tally);
        tally.trim(this.trackedKeys);
      }
      this.closeTo(step, to);
    }
  }

  /** The sum over `[from, to)`, both multiples of the step's size, from the fewest windows. */
  sum(from: number, to: number): Tally {
    const total = new Tally(this.vocabulary);
    for (const window of this.#cover(from, to)) {
      window.addTo(total);
      total.trim(this.trackedKeys);
    }
    return total;
  }

  /** The keys that a dimension ever had in `[from, to)`, as a sketch. */
  sketch(from: number, to: number, dimension: SketchedDimension): DistinctCount {
    const sketch = new DistinctCount();
    for (const window of this.#cover(from, to)) window.addKeysTo(sketch, dimension);
    return sketch;
  }

  /** The windows of one step in `[from, to)` that hold something. */
  windowsIn(from: number, to: number, step: WindowStep): HeldWindow[] {
    return [...this.#held(step)].filter(([start]) => start >= from && start < to).map(([, window]) => window);
  }

  /** The counts of the windows of one step in `[from, to)`, oldest first; undefined for one without events. */
  *series(
    from: number,
    to: number,
    step: WindowStep,
  ): Generator<[start: number, counts: WindowCounts | undefined]> {
    const { sizeMs } = WINDOW_STEPS[step];
    for (let start = windowStart(from, sizeMs); start < to; start += sizeMs) {
      const isMade = start + sizeMs <= this.closedTo(step);
      yield [
        start,
        isMade ? this.#held(step).get(start)?.counts : sumOf([...this.#cover(start, start + sizeMs)]),
      ];
    }
  }

  /** The windows whose sum is the one of `step` at `start`: that one when it is made, else those that it will be made from. */
  partsOf(step: WindowStep, start: number): HeldWindow[] {
    return [...this.#cover(start, start + WINDOW_STEPS[step].sizeMs)];
  }

  /** Every window that is held. */
  *entries(): Generator<[step: WindowStep, start: number, window: HeldWindow]> {
    for (const [step, windows] of this.#windows) {
      for (const [start, window] of windows) yield [step, start, window];
    }
  }

  /** Forgets what is past its retention at `now`, in ms, and is part of a coarser window if there is one. */
  prune(now: number): void {
    for (const [step, windows] of this.#windows) {
      const { sizeMs, retentionMs } = WINDOW_STEPS[step];
      for (const start of windows.keys()) {
        if (start + sizeMs <= now - retentionMs && !this.#isAwaited(step, start)) windows.delete(start);
      }
    }
  }

  /** Whether a gain of a 1 s window is counted in the window of `step`, which then holds it or has to correct it. */
  #gains(step: WindowStep, start: number, now: number): boolean {
    if (step === '1s') return this.keeps(step, start, now) || this.#isAwaited(step, start);
    const { sizeMs } = WINDOW_STEPS[step];
    const isMade = windowStart(start, sizeMs) + sizeMs <= this.closedTo(step);
    return isMade && (this.keeps(step, start, now) || this.#isAwaited(step, start));
  }

  /** Whether the next coarser window of one at `start` is still to be made from it. */
  #isAwaited(step: WindowStep, start: number): boolean {
    const coarser = STEPS[STEPS.indexOf(step) + 1];
    if (coarser === undefined) return false;
    const { sizeMs } = WINDOW_STEPS[coarser];
    return windowStart(start, sizeMs) + sizeMs > this.closedTo(coarser);
  }

  /** The windows whose sum is `[from, to)`: the coarsest that are made and fit. */
  *#cover(from: number, to: number): Generator<HeldWindow> {
    for (let at = from; at < to;) {
      const step = COARSEST_FIRST.find((one) => this.#fits(one, at, to)) ?? '1s';
      const window = this.#held(step).get(at);
      if (window) yield window;
      at += WINDOW_STEPS[step].sizeMs;
    }
  }

  #fits(step: WindowStep, at: number, to: number): boolean {
    const { sizeMs } = WINDOW_STEPS[step];
    return at % sizeMs === 0 && at + sizeMs <= to && (step === '1s' || at + sizeMs <= this.closedTo(step));
  }

  #held(step: WindowStep | undefined): Map<number, HeldWindow> {
    return (step && this.#windows.get(step)) ?? new Map<number, HeldWindow>();
  }

  #window(step: WindowStep, start: number): HeldWindow {
    const windows = this.#held(step);
    const window = windows.get(start) ?? new HeldWindow(this.vocabulary);
    windows.set(start, window);
    return window;
  }
}

/** The counts of several windows as one; undefined for none. */
function sumOf(windows: readonly HeldWindow[]): WindowCounts | undefined {
  const [first] = windows;
  if (first === undefined) return undefined;
  if (windows.length === 1) return first.counts;
  const facets = new Map<number, number>();
  for (const { counts } of windows)
    for (const [facet, events] of counts.facets) facets.set(facet, (facets.get(facet) ?? 0) + events);
  return {
    events: windows.reduce((sum, { counts }) => sum + counts.events, 0),
    late: windows.reduce((sum, { counts }) => sum + counts.late, 0),
    facets,
  };
}
