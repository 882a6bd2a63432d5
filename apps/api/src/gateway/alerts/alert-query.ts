import {
  ALERT_STATUSES,
  type AlertStatus,
  parseSeverityFilter,
  type SeverityFilter,
} from '@watchfloor/contracts';
import { RequestProblem } from '../../http/problem';
import type { AlertFilter } from '../../pipeline/alerts/alert-filter';
import { type AlertPlace, parsePlace } from '../../pipeline/alerts/alert-place';
import { askedOneOf } from '../../pipeline/list-query';
import { askedTime, type Query } from '../read-query';

const MOST_CHARACTERS = 256;

export const ALERT_FORMATS = ['json', 'csv', 'stix'] as const;

export type AlertFormat = (typeof ALERT_FORMATS)[number];

export const FORMAT_MEDIA_TYPES: Readonly<Record<AlertFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  stix: 'application/stix+json',
};

/** Filters that other reads take and that alerts cannot answer: they do not say what their events were in these. */
const NOT_KEPT = ['country', 'category', 'outcome', 'dataset', 'action', 'user'] as const;

/** The filters of alerts. @throws RequestProblem invalid_parameter */
export function askedAlertFilter(query: Query): AlertFilter {
  refuseNotKept(query);
  return {
    status: askedList(query, 'status')?.map((status) => askedStatus(status)),
    severity: askedList(query, 'severity')?.map((severity) => askedSeverity(severity)),
    rule: askedText(query, 'rule'),
    technique: askedText(query, 'technique')?.toUpperCase(),
    source: askedText(query, 'source'),
    target: askedText(query, 'target'),
    since: askedTime(query, 'since', undefined),
    until: askedTime(query, 'until', undefined),
  };
}

/** The form of the answer: the one that is asked for, else the first of ours that is accepted, else JSON. */
export function askedFormat(query: Query, accept = ''): AlertFormat {
  const asked = askedOneOf(query['format'], 'format', ALERT_FORMATS);
  if (asked !== undefined) return asked;
  const accepted = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase());
  const ofOurs = accepted.flatMap((type) =>
    ALERT_FORMATS.filter((name) => FORMAT_MEDIA_TYPES[name] === type),
  );
  return ofOurs[0] ?? 'json';
}

/** The place in the `cursor` of a list; undefined when absent. @throws RequestProblem invalid_parameter */
export function askedPlace(value: unknown): AlertPlace | undefined {
  if (value === undefined) return undefined;
  const place = typeof value === 'string' ? parsePlace(value) : undefined;
  if (place !== undefined) return place;
  throw new RequestProblem('invalid_parameter', { detail: 'cursor is the next of an earlier answer' });
}

/** An answer without the filter would look like one with it. */
function refuseNotKept(query: Query): void {
  const asked = NOT_KEPT.find((name) => query[name] !== undefined && query[name] !== '');
  if (asked === undefined) return;
  throw new RequestProblem('invalid_parameter', { detail: `${asked} is no filter of alerts` });
}

/** The values of a parameter, with commas between; undefined when absent. */
function askedList(query: Query, name: 'status' | 'severity'): string[] | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS) return value.split(',');
  throw new RequestProblem('invalid_parameter', { detail: `${name} is not a filter value` });
}

function askedStatus(text: string): AlertStatus {
  const status = ALERT_STATUSES.find((name) => name === text);
  if (status) return status;
  throw new RequestProblem('invalid_parameter', { detail: `status is of ${ALERT_STATUSES.join(', ')}` });
}

function askedSeverity(text: string): SeverityFilter {
  const severity = parseSeverityFilter(text);
  if (severity) return severity;
  throw new RequestProblem('invalid_parameter', { detail: 'severity is of levels, with + that and above' });
}

function askedText(query: Query, name: 'rule' | 'technique' | 'source' | 'target'): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS) return value;
  throw new RequestProblem('invalid_parameter', { detail: `${name} is not a filter value` });
}
