import { ALERT_STATUSES, parseSeverityFilter, type SeverityFilter } from '@watchfloor/contracts';
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

/** The filters of alerts. @throws RequestProblem invalid_parameter */
export function askedAlertFilter(query: Query): AlertFilter {
  return {
    status: askedOneOf(query['status'], 'status', ALERT_STATUSES),
    severity: askedSeverity(query['severity']),
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

function askedSeverity(value: unknown): SeverityFilter | undefined {
  if (value === undefined || value === '') return undefined;
  const severity = typeof value === 'string' ? parseSeverityFilter(value) : undefined;
  if (severity) return severity;
  throw new RequestProblem('invalid_parameter', { detail: 'severity is a level, with + that and above' });
}

function askedText(query: Query, name: 'rule' | 'technique' | 'source' | 'target'): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS) return value;
  throw new RequestProblem('invalid_parameter', { detail: `${name} is not a filter value` });
}
