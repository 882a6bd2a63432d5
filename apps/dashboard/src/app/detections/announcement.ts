import type { Alert } from '@watchfloor/contracts';
import { LEVELS_DOWN } from './alert-filter';
import { ruleTitle, sourceWords } from './alert-view';

/** Ids of the alerts of a list that were not in the one before. */
export function newAlerts(before: ReadonlySet<string>, alerts: readonly Alert[]): Alert[] {
  return alerts.filter(({ id }) => !before.has(id));
}

/** What is said of alerts that have just come: one in full, of several the number and the worst. */
export function announcement(arrived: readonly Alert[]): string {
  const [worst] = [...arrived].sort(
    (a, b) => LEVELS_DOWN.indexOf(a.severity) - LEVELS_DOWN.indexOf(b.severity),
  );
  if (worst === undefined) return '';
  const words = `${worst.severity}, ${ruleTitle(worst.rule)} from ${sourceWords(worst)}. ${worst.reason}`;
  return arrived.length === 1 ? `New alert: ${words}.` : `${arrived.length} new alerts. The worst: ${words}.`;
}
