import { CountTable } from '../pipeline/aggregation/count-table';
import type { KeyTable } from '../pipeline/aggregation/key-table';
import type { Tally, Vocabulary } from '../pipeline/aggregation/tally';
import type { EventFilter } from './event-filter';

/** Those of `sums` that a filter asks for by key: all of them when it asks for none. */
export function keysAsked(keys: KeyTable, sums: CountTable, asked: string | undefined): CountTable {
  if (asked === undefined) return sums;
  const key = keys.known(asked);
  return only(sums, (one) => one === key);
}

/** Those of `sums` over sources that a filter asks for by address or country. */
export function sourceKeysAsked(
  { sources }: Vocabulary,
  sums: CountTable,
  { source, country }: EventFilter,
): CountTable {
  if (source === undefined && country === undefined) return sums;
  const isOf = sources.beginningWith(source === undefined ? '' : `${source}|`);
  return only(sums, (key) => {
    if (!isOf(key)) return false;
    return country === undefined || sources.text(key).split('|')[1] === country;
  });
}

/** What is known of the events that have the one key that a filter asks for. */
export interface EventsOfKey {
  /** How many of a facet. */
  of(facet: number): number;
  /** How much their number, over any facets, may be too low and too high. */
  readonly error: number;
  readonly excess: number;
}

/** The events that have the one key that a filter asks for. */
export function eventsOfKey(
  tally: Tally,
  asked: 'country' | 'source' | 'target' | 'user',
  filter: EventFilter,
): EventsOfKey {
  if (asked === 'source') return ofSource(tally, filter.source ?? '');
  const dimension = ({ country: 'countries', target: 'targets', user: 'users' } as const)[asked];
  const key = tally.vocabulary[dimension].known(filter[asked] ?? '');
  const counts = tally.counts[dimension];
  return {
    of: (facet) => (key === undefined ? 0 : counts.count(facet, key)),
    error: counts.error,
    excess: counts.excess,
  };
}

/** A source's key names its place too: one address may have several, of which each may be off. */
function ofSource(tally: Tally, source: string): EventsOfKey {
  const { sources } = tally.vocabulary;
  const isOf = sources.beginningWith(`${source}|`);
  const byFacet = new Map<number, number>();
  const places = new Set<number>();
  tally.counts.sources.forEach((facet, key, count) => {
    if (!isOf(key)) return;
    places.add(key);
    byFacet.set(facet, (byFacet.get(facet) ?? 0) + count);
  });
  const times = Math.max(1, places.size);
  const { error, excess } = tally.counts.sources;
  return { of: (facet) => byFacet.get(facet) ?? 0, error: error * times, excess: excess * times };
}

function only(sums: CountTable, passes: (key: number) => boolean): CountTable {
  const asked = new CountTable();
  asked.error = sums.error;
  asked.excess = sums.excess;
  sums.forEach((_, key, count) => {
    if (passes(key)) asked.add(0, key, count);
  });
  return asked;
}
