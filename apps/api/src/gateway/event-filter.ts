import {
  type NormalisedEvent,
  parseSeverityFilter,
  type SeverityFilter,
  severityLevel,
  severityPasses,
} from '@watchfloor/contracts';
import type { Facet } from '../pipeline/aggregation/facet';

/** The filters of every read. Absent = not asked for. */
export interface EventFilter {
  readonly dataset?: string;
  readonly category?: string;
  readonly outcome?: string;
  readonly action?: string;
  readonly severity?: SeverityFilter;
  readonly country?: string;
  readonly source?: string;
  readonly target?: string;
  readonly user?: string;
}

const FACET_FILTERS = ['dataset', 'category', 'outcome', 'action'] as const;
const KEY_FILTERS = ['country', 'source', 'target', 'user'] as const;

/** The dimension of the windows that has the key of a filter. */
export const KEY_DIMENSIONS = {
  country: 'countries',
  source: 'sources',
  target: 'targets',
  user: 'users',
} as const;

const MOST_CHARACTERS = 256;

type Query = Readonly<Record<string, unknown>>;

/** The filter that a query string asks for, or the name of the parameter that cannot be one. */
export function parseFilter(query: Query): EventFilter | { readonly invalid: string } {
  const filter: Record<string, unknown> = {};
  for (const name of [...FACET_FILTERS, ...KEY_FILTERS]) {
    const value = query[name];
    if (value === undefined || value === '') continue;
    if (typeof value !== 'string' || value.length > MOST_CHARACTERS) return { invalid: name };
    filter[name] = name === 'country' ? value.toUpperCase() : value;
  }
  const severity = parseSeverity(query['severity']);
  if (severity === 'invalid') return { invalid: 'severity' };
  return { ...filter, ...(severity ? { severity } : {}) };
}

function parseSeverity(value: unknown): EventFilter['severity'] | 'invalid' {
  if (value === undefined || value === '') return undefined;
  return (typeof value === 'string' ? parseSeverityFilter(value) : undefined) ?? 'invalid';
}

/** Whether the windows answer the filter: it asks for nothing that counts are not kept apart by. */
export function isFacetFilter(filter: EventFilter): boolean {
  return KEY_FILTERS.every((name) => filter[name] === undefined);
}

/** What a filter asks of the words that counts are kept apart by. */
export function withoutKeys({
  country: _country,
  source: _source,
  target: _target,
  user: _user,
  ...words
}: EventFilter): EventFilter {
  return words;
}

/** The one dimension a filter asks for beside facets, when it is just one that windows can answer totals for. */
export function singleKey(filter: EventFilter): (typeof KEY_FILTERS)[number] | undefined {
  const asked = KEY_FILTERS.filter((name) => filter[name] !== undefined);
  return asked.length === 1 ? asked[0] : undefined;
}

/** Whether events of a facet pass, as far as the facet tells. */
export function facetPasses(filter: EventFilter, facet: Facet): boolean {
  return (
    (filter.dataset === undefined || filter.dataset === facet.dataset) &&
    (filter.category === undefined || facet.categories.includes(filter.category)) &&
    (filter.outcome === undefined || filter.outcome === facet.outcome) &&
    (filter.action === undefined || filter.action === facet.action) &&
    severityPasses(filter.severity, facet.severity)
  );
}

/** Whether one event passes. */
export function eventPasses(filter: EventFilter, event: NormalisedEvent): boolean {
  const { dataset, category, outcome, action, severity } = event.event;
  return (
    (filter.dataset === undefined || filter.dataset === (dataset ?? 'watchfloor')) &&
    (filter.category === undefined || category.some((one) => one === filter.category)) &&
    (filter.outcome === undefined || filter.outcome === (outcome ?? 'unknown')) &&
    (filter.action === undefined || filter.action === action) &&
    severityPasses(filter.severity, severityLevel(severity)) &&
    (filter.country === undefined || filter.country === event.source?.geo?.country_iso_code) &&
    (filter.source === undefined || filter.source === event.source?.ip) &&
    (filter.target === undefined || filter.target === (event.destination?.ip ?? event.host?.name)) &&
    (filter.user === undefined || filter.user === event.user?.name)
  );
}
