const firstMs = 200;
const longestMs = 30_000;

/** A part that lived this long, ms, was healthy: its next death counts as the first again. */
export const healthyAfterMs = 10_000;

/**
 * How long to wait before a part is started again, ms. The first four deaths in a row are answered within two seconds;
 * what keeps dying is started ever more seldom, at least twice a minute.
 */
export function restartDelayMs(deathsInARow: number): number {
  return Math.min(firstMs * 2 ** Math.max(0, deathsInARow - 1), longestMs);
}

/** Deaths in a row after one more, of a part that lived `livedMs`. */
export function countDeath(deathsInARow: number, livedMs: number): number {
  return livedMs >= healthyAfterMs ? 1 : deathsInARow + 1;
}
