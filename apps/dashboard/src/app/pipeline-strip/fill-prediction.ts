export interface FillPrediction {
  readonly eventsPerSecond: number;
  /** Ms until the queue reaches its limit at this pace. */
  readonly fullInMs: number;
}

/** A straight line must explain this share of the variation before anything is predicted (NiFi's default). */
const MIN_R_SQUARED = 0.9;
const MIN_SAMPLES = 10;
const HORIZON_MS = 3_600_000;

/**
 * When a growing queue will be full: least squares over `(at ms, waiting events)`. Null while it does not grow, the
 * line does not fit, or that time is more than an hour away.
 */
export function predictFull(
  samples: readonly { readonly at: number; readonly waiting: number }[],
  limit: number,
): FillPrediction | null {
  const last = samples.at(-1);
  if (last === undefined || samples.length < MIN_SAMPLES) return null;
  const { slope, rSquared } = fitLine(samples.map(({ at, waiting }) => [at - last.at, waiting]));
  if (slope <= 0 || rSquared < MIN_R_SQUARED) return null;
  const fullInMs = Math.max(0, (limit - last.waiting) / slope);
  return fullInMs > HORIZON_MS ? null : { eventsPerSecond: slope * 1_000, fullInMs };
}

function fitLine(points: readonly (readonly [number, number])[]): { slope: number; rSquared: number } {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const meanX = mean(0);
  const meanY = mean(1);
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  return xx === 0 || yy === 0 ? { slope: 0, rSquared: 0 } : { slope: xy / xx, rSquared: xy ** 2 / (xx * yy) };
}
