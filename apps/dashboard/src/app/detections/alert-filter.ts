import { SEVERITY_LEVELS, type Alert, type SeverityLevel } from '@watchfloor/contracts';

/** `unclosed`: open or acknowledged. */
export const STATUS_CHOICES = ['unclosed', 'open', 'acknowledged', 'closed', 'any'] as const;

export type StatusChoice = (typeof STATUS_CHOICES)[number];

/** Which alerts are listed; no level chosen means all of them. */
export interface AlertFilter {
  readonly status: StatusChoice;
  readonly levels: ReadonlySet<SeverityLevel>;
}

/** Levels from the worst down. */
export const LEVELS_DOWN: readonly SeverityLevel[] = [...SEVERITY_LEVELS].reverse();

export function hasStatus({ status }: Alert, choice: StatusChoice): boolean {
  if (choice === 'any') return true;
  return choice === 'unclosed' ? status !== 'closed' : status === choice;
}

/** The alerts that a filter lets through, in their order. */
export function filtered(alerts: readonly Alert[], { status, levels }: AlertFilter): Alert[] {
  return alerts.filter(
    (alert) => hasStatus(alert, status) && (levels.size === 0 || levels.has(alert.severity)),
  );
}

/** How many alerts of a status there are at each level, worst first. */
export function countsByLevel(
  alerts: readonly Alert[],
  status: StatusChoice,
): { readonly level: SeverityLevel; readonly count: number }[] {
  const shown = alerts.filter((alert) => hasStatus(alert, status));
  return LEVELS_DOWN.map((level) => ({
    level,
    count: shown.filter(({ severity }) => severity === level).length,
  }));
}

/** The `status` of a request for these alerts; empty for any. */
export function statusOfRequest(choice: StatusChoice): string {
  if (choice === 'any') return '';
  return choice === 'unclosed' ? 'open,acknowledged' : choice;
}

/** The query of an export of what the filter lets through. */
export function exportQuery({ status, levels }: AlertFilter, format: 'csv' | 'stix'): string {
  const query = new URLSearchParams({ format });
  const statuses = statusOfRequest(status);
  if (statuses !== '') query.set('status', statuses);
  if (levels.size > 0) query.set('severity', LEVELS_DOWN.filter((level) => levels.has(level)).join(','));
  return query.toString();
}
