const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a duration looks like in a rule: a number and a unit, `500ms`, `0.5s`, `10m`, `2h`, `7d`. */
export const DURATION_PATTERN = '^\\d+(\\.\\d+)?(ms|s|m|h|d)$';

/** A duration that is more than nothing: one of its digits is. */
export const POSITIVE_DURATION_PATTERN = '^(?=.*[1-9])\\d+(\\.\\d+)?(ms|s|m|h|d)$';

/** Milliseconds of a duration such as `90s`. Throws a RangeError on any other text: the schema has checked it before. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new RangeError(`not a duration: ${text}`);
  return Number(match[1]) * unit;
}

/** A span for a sentence, at most two units: `14 s`, `2 min 5 s`, `3 h`. A span under a second is `1 s`, as in "within 1 s". */
export function spanText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, name] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ');
}
