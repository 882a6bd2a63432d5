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
