/** Number of colours between the quietest and the busiest cell. */
export const INTENSITY_STEPS = 6;

/** Lower bounds of the steps, strictly rising from 1; fewer than six when the counts are small. */
export type IntensityScale = readonly number[];

/**
 * A logarithmic scale for counts from 1 to `maximum`. The top is rounded up to 1, 2 or 5 times a power of ten, so
 * that the colours do not change with every frame.
 */
export function intensityScale(maximum: number): IntensityScale {
  const top = niceCeiling(Math.max(1, maximum));
  const bounds = [1];
  for (let step = 1; step < INTENSITY_STEPS; step++) {
    const bound = niceRound(top ** (step / INTENSITY_STEPS));
    if (bound > (bounds.at(-1) ?? 0) && bound <= maximum) bounds.push(bound);
  }
  return bounds;
}

/** The colour of a count, 0 (quiet) to 5 (busy). With few steps they spread, so that the busiest is always 5. */
export function intensityOf(count: number, scale: IntensityScale): number {
  let step = 0;
  while (step + 1 < scale.length && count >= (scale[step + 1] ?? Infinity)) step++;
  return colourOfStep(step, scale);
}

/** The colour of step `step` of a scale. */
export function colourOfStep(step: number, scale: IntensityScale): number {
  const last = scale.length - 1;
  return last === 0 ? INTENSITY_STEPS - 1 : Math.round((step * (INTENSITY_STEPS - 1)) / last);
}

function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

/** A bound that a legend can show: whole below ten, one significant digit above. */
function niceRound(value: number): number {
  return value < 10 ? Math.round(value) : Number(value.toPrecision(1));
}
