import type { Alert, AlertNote } from '@watchfloor/contracts';
import { clockTime, exactCount, inWords } from '../figures/figures';
import { severityShape } from '../figures/severity-shape';
import type { SourcePlace } from '../live-state/source-places-store';
import { LEVELS_DOWN } from './alert-filter';
import { attackName } from './attack-names';

/** One alert as its row says it. */
export interface AlertRow {
  readonly id: string;
  readonly severity: string;
  readonly shape: string;
  readonly title: string;
  readonly reason: string;
  readonly source: string;
  readonly country: string;
  readonly technique: string;
  readonly techniqueName: string;
  readonly seen: string;
  readonly events: string;
  readonly goesOn: boolean;
  readonly status: string;
}

/** @param place of its source, null while it is not known */
export function alertRow(alert: Alert, place: SourcePlace | null): AlertRow {
  const [technique = ''] = alert.technique;
  return {
    id: alert.id,
    severity: alert.severity,
    shape: severityShape(alert.severity),
    title: ruleTitle(alert.rule),
    reason: alert.reason,
    source: sourceWords(alert),
    country: place?.country ?? '',
    technique,
    techniqueName: attackName(technique),
    seen: spanWords(alert.firstSeen, alert.lastSeen),
    events: `${exactCount(alert.events)} ${alert.events === 1 ? 'event' : 'events'}`,
    goesOn: !alert.ended,
    status: shortStatus(alert),
  };
}

/** Words of a rule's id that are no words. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  ssh: 'SSH',
  http: 'HTTP',
  ids: 'IDS',
  dns: 'DNS',
  sql: 'SQL',
  ip: 'IP',
  ftp: 'FTP',
  rdp: 'RDP',
  tcp: 'TCP',
  udp: 'UDP',
  tls: 'TLS',
  php: 'PHP',
  xss: 'XSS',
};

/** The id of a rule as a title: `ssh-brute-force` -> `SSH brute force`. */
export function ruleTitle(rule: string): string {
  const words = inWords(rule)
    .split(' ')
    .map((word) => SHORT_NAMES[word] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The first address and how many more: `198.18.3.7 and 11 more`; the key where there is no address. */
export function sourceWords({ source: [first, ...more], key }: Alert): string {
  if (first === undefined) return key;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** The time of both ends in UTC, the day with it where they are not of the same. */
export function spanWords(firstSeen: string, lastSeen: string): string {
  const [from, to] = [Date.parse(firstSeen), Date.parse(lastSeen)];
  if (Number.isNaN(from) || Number.isNaN(to)) return `${firstSeen} to ${lastSeen}`;
  if (clockTime(from) === clockTime(to) && to - from < 1_000) return clockTime(from);
  const oneDay = firstSeen.slice(0, 10) === lastSeen.slice(0, 10);
  return oneDay
    ? `${clockTime(from)}–${clockTime(to)}`
    : `${dayAndTime(firstSeen)} – ${dayAndTime(lastSeen)}`;
}

/** `Jan 5, 10:42:18` in UTC of an ISO time. */
export function dayAndTime(iso: string): string {
  const epochMs = Date.parse(iso);
  if (Number.isNaN(epochMs)) return iso;
  const day = new Date(epochMs).toLocaleDateString('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
  return `${day}, ${clockTime(epochMs)}`;
}

/** `open`, `acknowledged by ada`, `closed`. */
export function statusWords({ status, assignee }: Pick<Alert, 'status' | 'assignee'>): string {
  return assignee === null ? status : `${status}, with ${assignee}`;
}

/** The same as short as it is clear: who has an alert has acknowledged it. */
function shortStatus({ status, assignee }: Alert): string {
  return status === 'acknowledged' && assignee !== null
    ? `with ${assignee}`
    : statusWords({ status, assignee });
}

/** How many alerts are open and how bad the worst of them is; null when none is. */
export function openAlertsNotice(
  alerts: readonly Alert[],
): { readonly severity: string; readonly shape: string; readonly words: string } | null {
  const open = alerts.filter(({ status }) => status === 'open');
  const severity = LEVELS_DOWN.find((level) => open.some((alert) => alert.severity === level));
  if (severity === undefined) return null;
  const words = `${open.length} open ${open.length === 1 ? 'alert' : 'alerts'}`;
  return { severity, shape: severityShape(severity), words };
}

/** One step of the handling as a line. */
export function noteWords({ by, text, status, assignee }: AlertNote): string {
  const done = [
    status === undefined ? null : status === 'open' ? 'reopened it' : `${status} it`,
    assignee === undefined ? null : assignee === null ? 'let it go' : `gave it to ${assignee}`,
  ].filter((step) => step !== null);
  const words = done.length === 0 ? by : `${by} ${done.join(' and ')}`;
  return text === '' ? words : `${words}: ${text}`;
}
