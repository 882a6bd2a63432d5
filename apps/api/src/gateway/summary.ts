import type { Arc, Cell, KeyCount } from '@watchfloor/contracts';
import { arcEnds, cellCentre } from '../pipeline/aggregation/cell';
import { CountTable } from '../pipeline/aggregation/count-table';
import type { Distinct } from '../pipeline/aggregation/distinct-count';
import type { Facet } from '../pipeline/aggregation/facet';
import type { Dimension, SketchedDimension, Tally, Vocabulary } from '../pipeline/aggregation/tally';
import { topKeys } from '../pipeline/aggregation/top-keys';
import { type EventFilter, singleKey } from './event-filter';
import { FacetWords, WordCounts } from './facet-words';
import { eventsOfKey, keysAsked, sourceKeysAsked } from './keys-asked';

/** How many rows each list of an answer has at the most. */
export const SUMMARY_LIMITS = { top: 20, cells: 5_000, arcs: 200, countries: 250 } as const;

/** What a snapshot says of a range of windows. */
export interface Summary {
  readonly events: number;
  /** How far `events` may be off; absent when they are exact. */
  readonly eventsError?: number;
  readonly late: number;
  readonly distinct: Readonly<Record<SketchedDimension, Distinct>>;
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

/** Sums the facets of a tally that pass the filter; a filter on one key narrows the events to that key's. */
export function summarise(tally: Tally, filter: EventFilter): Summary {
  const { vocabulary } = tally;
  const passing = passingFacets(tally, filter);
  const words = wordCounts(tally, passing, filter);
  const sums = new Sums(tally, passing);
  const cells = sums.of('cells');
  const arcs = sums.of('arcs');
  const countries = sums.of('countries');
  const targets = sums.of('targets');
  const users = sums.of('users');
  const sources = sourceKeysAsked(vocabulary, sums.of('sources'), filter);
  return {
    events: words.events,
    ...(words.eventsError === undefined ? {} : { eventsError: words.eventsError }),
    late: tally.late,
    distinct: {
      sources: distinct(tally, 'sources', sources, passing),
      targets: distinct(tally, 'targets', targets, passing),
      users: distinct(tally, 'users', users, passing),
    },
    countriesSeen: countries.size,
    cells: topKeys(cells, SUMMARY_LIMITS.cells, byNumber).map(({ key, count }): Cell => [
      ...cellCentre(key),
      count + cells.error,
    ]),
    arcs: topKeys(arcs, SUMMARY_LIMITS.arcs, byNumber).map(({ key, count }): Arc => {
      const [from, to] = arcEnds(key);
      return [...cellCentre(from), ...cellCentre(to), count + arcs.error];
    }),
    arcsTotal: arcs.size,
    topSources: namedRows(vocabulary, 'sources', sources).map(withPlace),
    topTargets: namedRows(vocabulary, 'targets', keysAsked(vocabulary.targets, targets, filter.target)),
    topUsers: namedRows(vocabulary, 'users', keysAsked(vocabulary.users, users, filter.user)),
    topPorts: rows(sums.of('ports'), SUMMARY_LIMITS.top, byNumber, String),
    countries: namedRows(
      vocabulary,
      'countries',
      keysAsked(vocabulary.countries, countries, filter.country),
      SUMMARY_LIMITS.countries,
    ),
    categories: words.rows('categories'),
    severities: words.rows('severities'),
    datasets: words.rows('datasets'),
    outcomes: words.rows('outcomes'),
  };
}

/** Counts by key over the facets that pass, one entry a key. */
class Sums {
  readonly #all: boolean;

  constructor(
    private readonly tally: Tally,
    private readonly passing: ReadonlyMap<number, Facet>,
  ) {
    this.#all = [...tally.facets].every(([facet, events]) => events === 0 || passing.has(facet));
  }

  of(dimension: Dimension): CountTable {
    const counts = this.tally.counts[dimension];
    const sums = new CountTable();
    sums.error = counts.error;
    sums.excess = counts.excess;
    sums.reserve(counts.size);
    counts.forEach((facet, key, count) => {
      if (this.#all || this.passing.has(facet)) sums.add(0, key, count);
    });
    return sums;
  }
}

function passingFacets(tally: Tally, filter: EventFilter): Map<number, Facet> {
  const words = new FacetWords(tally.vocabulary, filter);
  const passing = new Map<number, Facet>();
  for (const [id, events] of tally.facets) {
    const facet = events === 0 ? undefined : words.passing(id);
    if (facet) passing.set(id, facet);
  }
  return passing;
}

function wordCounts(tally: Tally, passing: ReadonlyMap<number, Facet>, filter: EventFilter): WordCounts {
  const asked = singleKey(filter);
  const ofKey = asked === undefined ? undefined : eventsOfKey(tally, asked, filter);
  const words = new WordCounts(ofKey);
  for (const [id, facet] of passing) words.add(facet, ofKey ? ofKey.of(id) : (tally.facets.get(id) ?? 0));
  return words;
}

function distinct(
  tally: Tally,
  dimension: SketchedDimension,
  held: CountTable,
  passing: ReadonlyMap<number, Facet>,
): Distinct {
  const sketch = tally.sketches.get(dimension);
  if (!sketch) return { count: held.size, exact: true };
  const { count, error } = sketch.estimate();
  const all = [...tally.facets].every(([facet, events]) => events === 0 || passing.has(facet));
  // A sketch knows no facets: of some of them there are the keys held, and no more than there are in all.
  return all && held.size <= count + error
    ? { count, error }
    : { count: held.size, error: Math.max(0, count + error - held.size) };
}

function namedRows(
  vocabulary: Vocabulary,
  dimension: 'countries' | 'sources' | 'targets' | 'users',
  sums: CountTable,
  limit: number = SUMMARY_LIMITS.top,
): KeyCount[] {
  const keys = vocabulary[dimension];
  return rows(
    sums,
    limit,
    (a, b) => keys.compare(a, b),
    (key) => keys.text(key),
  );
}

/** Counts by key as answers carry them, highest first: exact, or raised by their error, so that none is too low. */
function rows(
  sums: CountTable,
  limit: number,
  compare: (a: number, b: number) => number,
  textOf: (key: number) => string,
): KeyCount[] {
  const certainty = sums.exact ? ({ exact: true } as const) : { error: sums.error + sums.excess };
  return topKeys(sums, limit, compare).map(({ key, count }) => ({
    key: textOf(key),
    count: count + sums.error,
    ...certainty,
  }));
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function withPlace(row: KeyCount): KeyCount {
  const [ip = '', country = '', city = ''] = row.key.split('|');
  return { ...row, key: ip, ...(country ? { country } : {}), ...(city ? { city } : {}) };
}
