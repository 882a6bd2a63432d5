/** Counts by key as they travel: key, count, key, count ... */
export type FlatCounts<K extends string | number> = (K | number)[];

/**
 * Counts by key that cannot grow without limit. Exact while there are few enough keys; beyond, the Misra-Gries summary
 * in its mergeable form (Agarwal et al., "Mergeable Summaries", PODS 2012): a kept key is counted at most `error` too
 * low, and a dropped one had at most `error`.
 */
export class BoundedCounts<K extends string | number> {
  readonly counts = new Map<K, number>();
  /** How much a count may be too low; 0 = exact. */
  error = 0;

  /** Adds `by` to a key. The limit is kept by `trim`. */
  add(key: K, by = 1): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
  }

  /** Adds all of another; errors add up. */
  merge(other: BoundedCounts<K>): void {
    for (const [key, count] of other.counts) this.add(key, count);
    this.error += other.error;
  }

  /** Keeps at most `limit` keys once there are more than a quarter above it; the quarter makes the cost per key constant. */
  trim(limit: number): void {
    if (this.counts.size <= limit * 1.25) return;
    const sorted = Float64Array.from(this.counts.values()).sort();
    const cut = sorted[sorted.length - limit - 1] ?? 0;
    for (const [key, count] of this.counts) {
      if (count > cut) this.counts.set(key, count - cut);
      else this.counts.delete(key);
    }
    this.error += cut;
  }

  /** The highest counts first, each raised by the error: at most `error` too high, never too low. Ties by key. */
  top(limit: number): { key: K; count: number }[] {
    return [...this.counts]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key, count]) => ({ key, count: count + this.error }));
  }

  toFlat(): FlatCounts<K> {
    const flat: FlatCounts<K> = [];
    for (const [key, count] of this.counts) flat.push(key, count);
    return flat;
  }

  /** Adds counts in their travelling form. */
  addFlat(flat: FlatCounts<K>, error: number): void {
    for (let i = 0; i + 1 < flat.length; i += 2) this.add(flat[i] as K, flat[i + 1] as number);
    this.error += error;
  }
}
