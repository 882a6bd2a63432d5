import type { NormalisedEvent } from '@watchfloor/contracts';
import { BoundedCounts, type FlatCounts } from './bounded-counts';
import { arcOf, cellOf } from './cell';

/** The dimensions that are counted for each facet, in the order in which they travel. */
export const DIMENSIONS = ['countries', 'cells', 'sources', 'targets', 'users', 'ports'] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** The counts of one facet in one window. A source's key is `ip|country|city`. */
export class FacetTally {
  events = 0;
  readonly countries = new BoundedCounts<string>();
  readonly cells = new BoundedCounts<number>();
  readonly sources = new BoundedCounts<string>();
  readonly targets = new BoundedCounts<string>();
  readonly users = new BoundedCounts<string>();
  readonly ports = new BoundedCounts<number>();

  add(event: NormalisedEvent): void {
    this.events++;
    const { source, destination } = event;
    const geo = source?.geo;
    const country = geo?.country_iso_code;
    if (country) this.countries.add(country);
    if (geo?.location) this.cells.add(cellOf(geo.location.lat, geo.location.lon));
    if (source?.ip) this.sources.add(`${source.ip}|${country ?? ''}|${geo?.city_name ?? ''}`);
    const target = destination?.ip ?? event.host?.name;
    if (target) this.targets.add(target);
    if (event.user?.name) this.users.add(event.user.name);
    if (destination?.port !== undefined) this.ports.add(destination.port);
  }

  merge(other: FacetTally): void {
    this.events += other.events;
    this.countries.merge(other.countries);
    this.cells.merge(other.cells);
    this.sources.merge(other.sources);
    this.targets.merge(other.targets);
    this.users.merge(other.users);
    this.ports.merge(other.ports);
  }

  trim(limit: number): void {
    for (const dimension of DIMENSIONS) this[dimension].trim(limit);
  }
}

/** A facet tally as it travels. */
type FlatFacet = [key: string, events: number, counts: FlatCounts<string | number>[], errors: number[]];

/** A tally as it travels and is stored; plain arrays for msgpack. */
export type FlatTally = [
  events: number,
  late: number,
  facets: FlatFacet[],
  arcs: FlatCounts<number>,
  arcsError: number,
];

/** Everything counted in one tumbling window, or in the sum of several: a merge of tallies is the tally of all their events. */
export class Tally {
  events = 0;
  late = 0;
  readonly facets = new Map<string, FacetTally>();
  readonly arcs = new BoundedCounts<number>();

  /** Counts one event under its facet key. @param target where its target lies */
  add(event: NormalisedEvent, facet: string, target: { readonly lat: number; readonly lon: number }): void {
    this.facet(facet).add(event);
    this.events++;
    const from = event.source?.geo?.location;
    if (from) this.arcs.add(arcOf(cellOf(from.lat, from.lon), cellOf(target.lat, target.lon)));
  }

  /** Adds all of another. */
  merge(other: Tally): void {
    this.events += other.events;
    this.late += other.late;
    for (const [key, tally] of other.facets) this.facet(key).merge(tally);
    this.arcs.merge(other.arcs);
  }

  /** Keeps every dimension within `limit` keys. */
  trim(limit: number): void {
    for (const tally of this.facets.values()) tally.trim(limit);
    this.arcs.trim(limit);
  }

  facet(key: string): FacetTally {
    const existing = this.facets.get(key);
    if (existing) return existing;
    const created = new FacetTally();
    this.facets.set(key, created);
    return created;
  }

  toFlat(): FlatTally {
    const facets = [...this.facets].map(([key, tally]): FlatFacet => [
      key,
      tally.events,
      DIMENSIONS.map((dimension) => tally[dimension].toFlat()),
      DIMENSIONS.map((dimension) => tally[dimension].error),
    ]);
    return [this.events, this.late, facets, this.arcs.toFlat(), this.arcs.error];
  }

  static fromFlat([events, late, facets, arcs, arcsError]: FlatTally): Tally {
    const tally = new Tally();
    tally.events = events;
    tally.late = late;
    for (const [key, facetEvents, counts, errors] of facets) {
      const facet = tally.facet(key);
      facet.events = facetEvents;
      DIMENSIONS.forEach((dimension, i) => addFlat(facet, dimension, counts[i] ?? [], errors[i] ?? 0));
    }
    tally.arcs.addFlat(arcs, arcsError);
    return tally;
  }
}

function addFlat(
  facet: FacetTally,
  dimension: Dimension,
  flat: FlatCounts<string | number>,
  error: number,
): void {
  if (dimension === 'cells' || dimension === 'ports')
    facet[dimension].addFlat(flat as FlatCounts<number>, error);
  else facet[dimension].addFlat(flat as FlatCounts<string>, error);
}
