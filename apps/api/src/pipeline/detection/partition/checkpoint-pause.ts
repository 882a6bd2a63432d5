import { DETECTION } from '../../topology';

/** Checkpoints may take this share of the time, as long as that makes none too rare. */
const SHARE = 1 / 10;

/**
 * Ms from one checkpoint of a partition to its next, when the last one took `tookMs`. Partitions write theirs in turn, and one process
 * may own all of them: what counts is what they take together.
 */
export function checkpointPause(tookMs: number, partitions: number): number {
  const { checkpointEveryMs, checkpointAtLeastEveryMs } = DETECTION;
  const affordable = (tookMs * partitions) / SHARE;
  return Math.min(checkpointAtLeastEveryMs, Math.max(checkpointEveryMs, affordable));
}
