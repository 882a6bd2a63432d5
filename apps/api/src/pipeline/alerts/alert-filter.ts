import { type Alert, type AlertStatus, type SeverityFilter, severityPasses } from '@watchfloor/contracts';

/** Which alerts are listed. Absent = not asked for. */
export interface AlertFilter {
  /** One of these. */
  readonly status?: readonly AlertStatus[] | undefined;
  readonly severity?: readonly SeverityFilter[] | undefined;
  readonly rule?: string | undefined;
  /** An ATT&CK id; a technique stands for its sub-techniques too. */
  readonly technique?: string | undefined;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  /** First seen in [since, until), event time in ms since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** Whether an alert passes every part of the filter. */
export function alertPasses(filter: AlertFilter, alert: Alert): boolean {
  const { status, severity, rule, technique, source, target } = filter;
  return (
    (status === undefined || status.includes(alert.status)) &&
    (severity === undefined || severity.some((asked) => severityPasses(asked, alert.severity))) &&
    (rule === undefined || rule === alert.rule) &&
    (technique === undefined ||
      alert.technique.some((one) => one === technique || one.startsWith(`${technique}.`))) &&
    (source === undefined || alert.source.includes(source)) &&
    (target === undefined || alert.target.includes(target)) &&
    isWithin(filter, Date.parse(alert.firstSeen))
  );
}

function isWithin({ since, until }: AlertFilter, firstSeen: number): boolean {
  return (since === undefined || firstSeen >= since) && (until === undefined || firstSeen < until);
}
