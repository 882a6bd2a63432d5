const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How durations are written: a number and a unit. */
export const DURATION_PATTERN = '^\\d+(\\.\\d+)?(ms|s|m|h|d)$';

/** The milliseconds of `250ms`, `90s`, `1.5m`, `2h` or `1d`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const match = new RegExp(DURATION_PATTERN).exec(text);
  const unit = UNIT_MS[match?.[2] ?? ''];
  return unit === undefined ? undefined : Math.round(Number.parseFloat(text) * unit);
}
