/** What is counted before it is divided. */
export interface Counted {
  readonly attacks: number;
  readonly detected: number;
  readonly missed: number;
  readonly fitting: number;
  readonly false: number;
  /** Seconds to detect, of the phases that have one. */
  readonly delays: readonly number[];
}

/** Precision = fitting / (fitting + false), recall = detected / (detected + missed), F1 their harmonic mean. */
export function measured({ delays, ...counts }: Counted) {
  const precision = share(counts.fitting, counts.fitting + counts.false);
  const recall = share(counts.detected, counts.detected + counts.missed);
  return {
    ...counts,
    precision,
    recall,
    f1: harmonicMean(precision, recall),
    timeToDetectSeconds: median(delays),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function harmonicMean(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  return a + b === 0 ? 0 : (2 * a * b) / (a + b);
}

/** The middle value, the lower one of two; null of nothing. */
export function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
