import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { coverRange, windowStart } from '@watchfloor/windowing';
import { Tally } from './tally';

/** Window steps, finest first. */
export const STEPS = Object.keys(WINDOW_STEPS) as WindowStep[];

/** The step whose windows have this size. */
function stepOf(sizeMs: number): WindowStep {
  const step = STEPS.find((candidate) => WINDOW_STEPS[candidate].sizeMs === sizeMs);
  if (step === undefined) throw new RangeError(`no window of ${sizeMs} ms`);
  return step;
}

/** The windows of one timeline at every step: each counts all its events itself, so a late event changes it in place. */
export class WindowBook {
  readonly #windows: ReadonlyMap<WindowStep, Map<number, Tally>> = new Map(
    STEPS.map((step) => [step, new Map<number, Tally>()]),
  );

  /** @param trackedKeys most keys of one dimension that are counted exactly in one window */
  constructor(private readonly trackedKeys: number) {}

  /** Adds what a 1 s window gained, to the window of every step that holds it and is kept at `now`. */
  add(start: number, gained: Tally, now: number): void {
    for (const step of STEPS) {
      const { sizeMs, retentionMs } = WINDOW_STEPS[step];
      const at = windowStart(start, sizeMs);
      if (at + sizeMs > now - retentionMs) this.#merge(step, at, gained);
    }
  }

  /** Adds a stored window of one step. */
  addStored(step: WindowStep, start: number, stored: Tally): void {
    this.#merge(step, start, stored);
  }

  /** The sum over `[from, to)`, both multiples of the step's size, from the fewest windows. */
  sum(from: number, to: number, step: WindowStep): Tally {
    const sizes = STEPS.slice(STEPS.indexOf(step)).map((one) => WINDOW_STEPS[one].sizeMs);
    const total = new Tally();
    for (const { sizeMs, start } of coverRange(from, to, sizes)) {
      const window = this.#windows.get(stepOf(sizeMs))?.get(start);
      if (window) total.merge(window);
    }
    return total;
  }

  /** The windows of one step in `[from, to)`, oldest first; undefined for one without events. */
  *series(from: number, to: number, step: WindowStep): Generator<[start: number, window: Tally | undefined]> {
    const { sizeMs } = WINDOW_STEPS[step];
    const windows = this.#windows.get(step);
    for (let start = windowStart(from, sizeMs); start < to; start += sizeMs)
      yield [start, windows?.get(start)];
  }

  /** Every window that is held, for storing. */
  *entries(): Generator<[step: WindowStep, start: number, window: Tally]> {
    for (const [step, windows] of this.#windows) {
      for (const [start, window] of windows) yield [step, start, window];
    }
  }

  /** Forgets what is past its retention at `now`, in ms. */
  prune(now: number): void {
    for (const [step, windows] of this.#windows) {
      const { sizeMs, retentionMs } = WINDOW_STEPS[step];
      for (const start of windows.keys()) {
        if (start + sizeMs <= now - retentionMs) windows.delete(start);
      }
    }
  }

  #merge(step: WindowStep, start: number, gained: Tally): void {
    const windows = this.#windows.get(step);
    const window = windows?.get(start) ?? new Tally();
    window.merge(gained);
    window.trim(this.trackedKeys);
    windows?.set(start, window);
  }
}
