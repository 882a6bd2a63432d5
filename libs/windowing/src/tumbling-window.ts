/** Start of the epoch-aligned tumbling window `[start, start + sizeMs)` that holds an event time; both in ms. */
export function windowStart(eventTime: number, sizeMs: number): number {
  return Math.floor(eventTime / sizeMs) * sizeMs;
}

/** One aligned window of a cover. */
export interface CoverWindow {
  readonly sizeMs: number;
  readonly start: number;
}

/**
 * Fewest aligned windows that cover `[from, to)` exactly, oldest first, from the given sizes.
 * Each size divides the next; `from` and `to` are multiples of the smallest.
 * @param sizes window sizes in ms, smallest first
 */
export function coverRange(from: number, to: number, sizes: readonly number[]): CoverWindow[] {
  const cover: CoverWindow[] = [];
  const largestFirst = [...sizes].reverse();
  let at = from;
  while (at < to) {
    const sizeMs = largestFirst.find((size) => at % size === 0 && at + size <= to);
    if (sizeMs === undefined) break;
    cover.push({ sizeMs, start: at });
    at += sizeMs;
  }
  return cover;
}
