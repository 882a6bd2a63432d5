import type { Alert } from '@watchfloor/contracts';

/** Columns in their order, with what stands in them. */
const COLUMNS: readonly (readonly [name: string, value: (alert: Alert) => string | number | boolean])[] = [
  ['id', ({ id }) => id],
  ['timeline', ({ timeline }) => timeline],
  ['rule', ({ rule }) => rule],
  ['severity', ({ severity }) => severity],
  ['status', ({ status }) => status],
  ['assignee', ({ assignee }) => assignee ?? ''],
  ['firstSeen', ({ firstSeen }) => firstSeen],
  ['lastSeen', ({ lastSeen }) => lastSeen],
  ['raisedAt', ({ raisedAt }) => raisedAt],
  ['ended', ({ ended }) => ended],
  ['events', ({ events }) => events],
  ['key', ({ key }) => key],
  ['source', ({ source }) => source.join(' ')],
  ['target', ({ target }) => target.join(' ')],
  ['technique', ({ technique }) => technique.join(' ')],
  ['tactic', ({ tactic }) => tactic.join(' ')],
  ['aliases', ({ aliases }) => aliases.join(' ')],
  ['reason', ({ reason }) => reason],
  ['version', ({ version }) => version],
  ['notes', ({ notes }) => notes.map(({ at, by, text }) => `${at} ${by}: ${text}`).join('\n')],
];

/**
 * What a spreadsheet takes for a formula at the beginning of a cell, half or full width
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^[\s\p{Cf}\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/** Alerts as CSV (RFC 4180) with a header row. Every cell is quoted; one that would be a formula begins with an apostrophe. */
export function toCsv(alerts: readonly Alert[]): string {
  const rows = alerts.map((alert) => COLUMNS.map(([, value]) => cell(String(value(alert)))));
  return [COLUMNS.map(([name]) => cell(name)), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
