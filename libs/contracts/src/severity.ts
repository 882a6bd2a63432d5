/** Severity levels from low to high. `event.severity` is 0-100; a level is a half-open range of it. */
export const SEVERITY_LEVELS = ['info', 'low', 'medium', 'high', 'critical'] as const;

export type SeverityLevel = (typeof SEVERITY_LEVELS)[number];

/** The first severity that belongs to each level (info < 25, low < 50, medium < 70, high < 90, critical). */
export const SEVERITY_FLOOR: Readonly<Record<SeverityLevel, number>> = {
  info: 0,
  low: 25,
  medium: 50,
  high: 70,
  critical: 90,
};

/** The level of a severity of 0-100; an absent one is `info`. */
export function severityLevel(severity: number | undefined): SeverityLevel {
  if (severity === undefined || severity < 25) return 'info';
  if (severity < 50) return 'low';
  if (severity < 70) return 'medium';
  return severity < 90 ? 'high' : 'critical';
}

/** What `severity=` asks for: one level, or with a plus sign that level and all above it. */
export interface SeverityFilter {
  readonly level: SeverityLevel;
  readonly andAbove: boolean;
}

/** `high` is exactly that, `high+` that and above; undefined for no such text. A plus sign may have been decoded as a space. */
export function parseSeverityFilter(text: string): SeverityFilter | undefined {
  const andAbove = text.endsWith('+') || text.endsWith(' ');
  const word = andAbove ? text.slice(0, -1) : text;
  const level = SEVERITY_LEVELS.find((one) => one === word);
  return level && { level, andAbove };
}

/** Whether a level is asked for; any is where nothing is. */
export function severityPasses(asked: SeverityFilter | undefined, level: SeverityLevel): boolean {
  if (asked === undefined || asked.level === level) return true;
  return asked.andAbove && SEVERITY_FLOOR[level] >= SEVERITY_FLOOR[asked.level];
}
