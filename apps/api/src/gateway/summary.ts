import type { Arc, Cell, KeyCount } from '@watchfloor/contracts';
import { BoundedCounts } from '../pipeline/aggregation/bounded-counts';
import { arcEnds, cellCentre } from '../pipeline/aggregation/cell';
import { type Facet, parseFacet } from '../pipeline/aggregation/facet';
import { FacetTally, type Tally } from '../pipeline/aggregation/tally';
import { type EventFilter, facetPasses, singleKey } from './event-filter';

/** How many rows each list of an answer has at the most. */
export const SUMMARY_LIMITS = { top: 20, cells: 5_000, arcs: 200, countries: 250 } as const;

/** What a snapshot says of a range of windows. */
export interface Summary {
  readonly events: number;
  readonly late: number;
  readonly sources: number;
  readonly targets: number;
  readonly countriesSeen: number;
  readonly cells: Cell[];
  readonly arcs: Arc[];
  readonly arcsTotal: number;
  readonly topSources: KeyCount[];
  readonly topTargets: KeyCount[];
  readonly topUsers: KeyCount[];
  readonly topPorts: KeyCount[];
  readonly countries: KeyCount[];
  readonly categories: KeyCount[];
  readonly severities: KeyCount[];
  readonly datasets: KeyCount[];
  readonly outcomes: KeyCount[];
}

/** Facet words of a range, each with its events. */
class FacetCounts {
  readonly categories = new BoundedCounts<string>();
  readonly severities = new BoundedCounts<string>();
  readonly datasets = new BoundedCounts<string>();
  readonly outcomes = new BoundedCounts<string>();

  add(facet: Facet, events: number): void {
    if (events === 0) return;
    for (const category of facet.categories) this.categories.add(category, events);
    this.severities.add(facet.severity, events);
    this.datasets.add(facet.dataset, events);
    this.outcomes.add(facet.outcome, events);
  }
}

/** Sums the facets of a tally that pass the filter; a filter on one key narrows the events to that key's. */
export function summarise(tally: Tally, filter: EventFilter): Summary {
  const merged = new FacetTally();
  const words = new FacetCounts();
  const key = singleKey(filter);
  for (const [name, counts] of tally.facets) {
    const facet = parseFacet(name);
    if (!facetPasses(filter, facet)) continue;
    const events = key === undefined ? counts.events : eventsOfKey(counts, key, filter);
    words.add(facet, events);
    merged.merge(counts);
    merged.events += events - counts.events;
  }
  const arcs = tally.arcs;
  return {
    events: merged.events,
    late: tally.late,
    sources: merged.sources.counts.size,
    targets: merged.targets.counts.size,
    countriesSeen: merged.countries.counts.size,
    cells: merged.cells.top(SUMMARY_LIMITS.cells).map((row): Cell => [...cellCentre(row.key), row.count]),
    arcs: arcs.top(SUMMARY_LIMITS.arcs).map(({ key: arc, count }): Arc => {
      const [from, to] = arcEnds(arc);
      return [...cellCentre(from), ...cellCentre(to), count];
    }),
    arcsTotal: arcs.counts.size,
    topSources: topSources(merged.sources, filter),
    topTargets: keyCounts(only(merged.targets, filter.target)),
    topUsers: keyCounts(only(merged.users, filter.user)),
    topPorts: keyCounts(merged.ports),
    countries: keyCounts(only(merged.countries, filter.country), SUMMARY_LIMITS.countries),
    categories: keyCounts(words.categories),
    severities: keyCounts(words.severities),
    datasets: keyCounts(words.datasets),
    outcomes: keyCounts(words.outcomes),
  };
}

/** Counts by key as answers carry them, highest first: exact, or with their error. */
export function keyCounts<K extends string | number>(
  counts: BoundedCounts<K>,
  limit: number = SUMMARY_LIMITS.top,
): KeyCount[] {
  return counts.top(limit).map(({ key, count }) => ({ key: String(key), count, ...certainty(counts) }));
}

function certainty(counts: { readonly error: number }): { exact: true } | { error: number } {
  return counts.error === 0 ? { exact: true } : { error: counts.error };
}

function topSources(sources: BoundedCounts<string>, filter: EventFilter): KeyCount[] {
  const asked = new BoundedCounts<string>();
  asked.error = sources.error;
  for (const [key, count] of sources.counts) {
    const [ip, country] = key.split('|');
    if (filter.source !== undefined && filter.source !== ip) continue;
    if (filter.country !== undefined && filter.country !== country) continue;
    asked.add(key, count);
  }
  return keyCounts(filter.source === undefined && filter.country === undefined ? sources : asked).map(
    (row) => {
      const [ip = '', country = '', city = ''] = row.key.split('|');
      return { ...row, key: ip, ...(country ? { country } : {}), ...(city ? { city } : {}) };
    },
  );
}

function only<K extends string>(counts: BoundedCounts<K>, key: K | undefined): BoundedCounts<K> {
  if (key === undefined) return counts;
  const one = new BoundedCounts<K>();
  const count = counts.counts.get(key);
  if (count !== undefined) one.add(key, count);
  one.error = counts.error;
  return one;
}

function eventsOfKey(
  counts: FacetTally,
  key: 'country' | 'source' | 'target' | 'user',
  filter: EventFilter,
): number {
  switch (key) {
    case 'country':
      return counts.countries.counts.get(filter.country ?? '') ?? 0;
    case 'target':
      return counts.targets.counts.get(filter.target ?? '') ?? 0;
    case 'user':
      return counts.users.counts.get(filter.user ?? '') ?? 0;
    case 'source': {
      let events = 0;
      const prefix = `${filter.source}|`;
      for (const [source, count] of counts.sources.counts) if (source.startsWith(prefix)) events += count;
      return events;
    }
  }
}
