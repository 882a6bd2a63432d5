import { SNAPSHOT_WINDOWS, WINDOW_STEPS, type SnapshotWindow, type Timeline } from '@watchfloor/contracts';

/** Events per second over a range: `times` are starts of equal steps in seconds since the epoch. */
export interface VolumeSeries {
  readonly times: readonly number[];
  readonly eventsPerSecond: readonly number[];
}

/** What a frame says about the last minute: `bySecond` ends at `endMs`, oldest first. */
export interface RateTail {
  readonly endMs: number;
  readonly bySecond: readonly number[];
}

/**
 * The volume of a window up to the newest complete second. Windows that the timeline leaves out had no events; the
 * newest minute comes from the frame, which is younger than the timeline that was asked for.
 */
export function volumeSeries(
  window: SnapshotWindow,
  timeline: Timeline | null,
  tail: RateTail,
): VolumeSeries {
  const { lengthMs, step } = SNAPSHOT_WINDOWS[window];
  const stepMs = WINDOW_STEPS[step].sizeMs;
  const events = new Map(timeline?.windows.map(({ start, events }) => [start, events]));
  const tailStart = tail.endMs - tail.bySecond.length * 1_000;
  const end = Math.floor(tail.endMs / stepMs) * stepMs;
  const times: number[] = [];
  const eventsPerSecond: number[] = [];
  for (let start = end - lengthMs; start < end; start += stepMs) {
    times.push(start / 1_000);
    const fromTail = start >= tailStart ? sumOf(tail, start, stepMs) : null;
    eventsPerSecond.push((fromTail ?? events.get(start) ?? 0) / (stepMs / 1_000));
  }
  return { times, eventsPerSecond };
}

function sumOf({ endMs, bySecond }: RateTail, start: number, stepMs: number): number {
  const first = bySecond.length - (endMs - start) / 1_000;
  return bySecond.slice(first, first + stepMs / 1_000).reduce((sum, count) => sum + count, 0);
}
