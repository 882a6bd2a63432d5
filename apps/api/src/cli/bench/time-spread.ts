/** How times lie apart, for the line of a benchmark. */
export interface TimeSpread {
  /** Median, 95th percentile and largest of them. */
  readonly text: string;
  /** In ms; 0 of no times. */
  readonly p95: number;
}

/** The spread of some times in ms. */
export function spreadOf(times: readonly number[]): TimeSpread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const [p50, p95, most] = [at(0.5), at(0.95), at(1)];
  return { text: `p50 ${p50.toFixed(1)} ms  p95 ${p95.toFixed(1)} ms  most ${most.toFixed(1)} ms`, p95 };
}
