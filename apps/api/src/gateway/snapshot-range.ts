import { SNAPSHOT_WINDOWS, type SnapshotWindow, WINDOW_STEPS } from '@watchfloor/contracts';

/** A range `[from, to)` in ms since the epoch, of windows of one step. */
export interface SnapshotRange {
  readonly from: number;
  readonly to: number;
  readonly step: (typeof SNAPSHOT_WINDOWS)[SnapshotWindow]['step'];
}

/** The range of a snapshot at `now`: its complete windows and the open one. */
export function snapshotRange(window: SnapshotWindow, now: number): SnapshotRange {
  const { lengthMs, step } = SNAPSHOT_WINDOWS[window];
  const { sizeMs } = WINDOW_STEPS[step];
  const open = Math.floor(now / sizeMs) * sizeMs;
  return { from: open - lengthMs, to: open + sizeMs, step };
}

/** True when `name` is the name of a snapshot window. */
export function isSnapshotWindow(name: string): name is SnapshotWindow {
  return Object.hasOwn(SNAPSHOT_WINDOWS, name);
}
