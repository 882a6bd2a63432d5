import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import { EVENT_TIME, LIVE_TIMELINE } from '../topology';
import type { Change } from './change';
import { madeTo } from './stored-windows';
import type { Tally } from './tally';
import type { EncodedTally } from './tally-codec';
import { COARSE_STEPS, finerThan, WindowBook } from './window-book';

/** What several changes bring for one timeline. Times in ms since the epoch. */
export interface TimelineGains {
  readonly timeline: string;
  /** What retention counts from: the wall clock on the live timeline, its own watermark on any other. */
  readonly reference: number;
  /** Windows that end here or before have closed. */
  readonly mark: number;
  readonly gains: readonly [start: number, gained: EncodedTally][];
}

/** A window of one step by its start. */
export interface WindowPlace {
  readonly step: WindowStep;
  readonly start: number;
}

/** Sorts changes by timeline. */
export function gatherGains(changes: readonly Change<EncodedTally>[], wallClock: number): TimelineGains[] {
  const byTimeline = new Map<
    string,
    { reached: number; watermark: number; gains: [number, EncodedTally][] }
  >();
  for (const { timeline, watermark, windows } of changes.flatMap((change) => change.timelines)) {
    const known = byTimeline.get(timeline) ?? { reached: 0, watermark: 0, gains: [] };
    byTimeline.set(timeline, known);
    const reached = timeline === LIVE_TIMELINE ? wallClock : (watermark ?? Math.max(0, ...windows.keys()));
    known.reached = Math.max(known.reached, reached);
    known.watermark = Math.max(known.watermark, watermark ?? 0);
    known.gains.push(...windows);
  }
  return [...byTimeline].map(([timeline, { reached, watermark, gains }]) => ({
    timeline,
    reference: reached,
    mark: Math.max(reached - EVENT_TIME.allowedLatenessMs, Math.min(watermark, reached)),
    gains,
  }));
}

/**
 * One fold of one timeline of a partition: which stored windows it needs, and which it writes. A change is counted in
 * its 1 s window; a coarser window is made once, when it closes, and corrected in place by what comes after.
 */
export class TimelineFold {
  readonly #book: WindowBook;
  readonly #written = new Map<string, WindowPlace>();

  /**
   * @param stored places of all windows that are stored
   * @param trackedKeys most keys of a dimension that a window keeps
   */
  constructor(
    readonly gained: TimelineGains,
    private readonly stored: readonly WindowPlace[],
    trackedKeys: number,
  ) {
    this.#book = new WindowBook(trackedKeys);
    const made = madeTo(stored);
    for (const step of COARSE_STEPS) this.#book.closeTo(step, made(step));
    for (const [start] of gained.gains)
      for (const [step, at] of this.#book.gaining(start, gained.reference)) this.#write({ step, start: at });
  }

  /** The stored windows that the fold builds on. */
  needed(): WindowPlace[] {
    const sources = new Map<WindowStep, [from: number, to: number]>();
    for (const step of COARSE_STEPS) {
      const finer = finerThan(step);
      const to = windowStart(this.gained.mark, WINDOW_STEPS[step].sizeMs);
      if (finer) sources.set(finer, [this.#book.closedTo(step), to]);
    }
    return this.stored.filter((place) => {
      const [from, to] = sources.get(place.step) ?? [0, 0];
      return this.#written.has(nameOf(place)) || (place.start >= from && place.start < to);
    });
  }

  /** Takes a stored window that is needed. */
  take({ step, start }: WindowPlace, body: EncodedTally): void {
    this.#book.addStored(step, start, body);
  }

  /** The windows to be written, with what `encode` makes of each. */
  *finish<B>(encode: (place: WindowPlace, tally: Tally) => B): Generator<WindowPlace & { readonly body: B }> {
    const { gains, reference, mark } = this.gained;
    for (const [start, gained] of gains) this.#book.add(start, gained, { now: reference, wallClock: 0 });
    const before = new Map(COARSE_STEPS.map((step) => [step, this.#book.closedTo(step)]));
    this.#book.rollUp(mark);
    for (const [step, start] of this.#book.entries())
      if (start >= (before.get(step) ?? Infinity)) this.#write({ step, start });
    for (const place of this.#written.values()) {
      const window = this.#book.window(place.step, place.start);
      if (window) yield { ...place, body: encode(place, window.open()) };
    }
  }

  #write(place: WindowPlace): void {
    this.#written.set(nameOf(place), place);
  }
}

function nameOf({ step, start }: WindowPlace): string {
  return `${step}/${start}`;
}
