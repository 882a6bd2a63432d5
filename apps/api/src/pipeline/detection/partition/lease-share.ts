/** Partitions that one worker takes at the most, so that all together take all: the even share, rounded up. */
export function leaseShare(partitions: number, liveWorkers: number): number {
  return Math.ceil(partitions / Math.max(1, liveWorkers));
}

/**
 * The order in which a worker asks for free partitions: each begins elsewhere, so that two that start together do not both
 * run after the same.
 */
export function askingOrder(partitions: number, begin: number): number[] {
  return Array.from({ length: partitions }, (_, i) => (begin + i) % partitions);
}
