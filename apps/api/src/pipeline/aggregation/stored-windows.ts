import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import type { EncodedTally } from './tally-codec';
import { COARSE_STEPS, STEPS, type WindowBook } from './window-book';

/** A window as it is stored; `body` is an encoded tally, perhaps compressed. */
export interface StoredWindow {
  readonly step: WindowStep;
  readonly start: number;
  readonly body: Buffer;
}

/** The stored windows of a timeline in one partition. */
export interface StoredWindows {
  /** The change up to which they count. */
  readonly upTo: string;
  readonly windows: readonly StoredWindow[];
}

/**
 * Up to where the coarse windows of each step were made, in ms since the epoch: the end of the newest that there is.
 * What closed behind it without an event has nothing to be stored, and is made again from nothing.
 */
export function madeTo(windows: Iterable<{ step: WindowStep; start: number }>): (step: WindowStep) => number {
  const ends = new Map<WindowStep, number>();
  for (const { step, start } of windows)
    ends.set(step, Math.max(ends.get(step) ?? 0, start + WINDOW_STEPS[step].sizeMs));
  return (step) => ends.get(step) ?? 0;
}

/**
 * Fills an empty book with the windows of all partitions, window by window: a caller that has other things to do takes its
 * time between two. The partitions may have closed their windows to different places.
 * @param read the tally in a stored body
 */
export function* fillBook(
  book: WindowBook,
  partitions: readonly StoredWindows[],
  read: (body: Buffer) => EncodedTally,
): Generator<void, void> {
  const made = partitions.map(({ windows }) => madeTo(windows));
  const mark = Math.max(0, ...COARSE_STEPS.flatMap((step) => made.map((to) => to(step))));
  for (const step of COARSE_STEPS) book.closeTo(step, windowStart(mark, WINDOW_STEPS[step].sizeMs));
  for (const step of STEPS) {
    for (const [start, bodies] of byStart(partitions, step)) {
      const windows = bodies.map(([partition, body]) =>
        book.addStored(step, start, read(body), made[partition]),
      );
      windows.at(-1)?.pack(book.trackedKeys);
      yield;
    }
  }
}

function byStart(
  partitions: readonly StoredWindows[],
  step: WindowStep,
): [start: number, bodies: [partition: number, body: Buffer][]][] {
  const starts = new Map<number, [number, Buffer][]>();
  partitions.forEach(({ windows }, partition) => {
    for (const window of windows) {
      if (window.step !== step) continue;
      const bodies = starts.get(window.start) ?? [];
      if (bodies.length === 0) starts.set(window.start, bodies);
      bodies.push([partition, window.body]);
    }
  });
  return [...starts].sort(([a], [b]) => a - b);
}
