import { arcOf } from './cell';
import { CountTable } from './count-table';
import type { CountedRow } from './counted-row';
import { DistinctCount } from './distinct-count';
import { otherFacet } from './facet';
import { KeyTable } from './key-table';

const decoder = new TextDecoder();

/** What is counted for each facet, in the order in which it travels. A source's key is `ip|country|city`. */
export const DIMENSIONS = ['countries', 'cells', 'sources', 'targets', 'users', 'ports', 'arcs'] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** Dimensions whose keys are text and have numbers only within a vocabulary. */
const NAMED = ['countries', 'sources', 'targets', 'users'] as const;

export type NamedDimension = (typeof NAMED)[number];

/** Dimensions whose distinct keys are estimated where they are not all held. */
export const SKETCHED = ['sources', 'targets', 'users'] as const;

export type SketchedDimension = (typeof SKETCHED)[number];

export function isNamed(dimension: Dimension): dimension is NamedDimension {
  return NAMED.some((one) => one === dimension);
}

export function isSketched(dimension: Dimension): dimension is SketchedDimension {
  return SKETCHED.some((one) => one === dimension);
}

/**
 * Facets of a vocabulary before new ones count as `other`: a worker counts under few, but each that ever lived under others, and
 * the tables hold their numbers in 16 bit.
 */
const MOST_FACETS = 32_768;

/** The numbers of facets and keys. Tallies that share one are merged by number. */
export class Vocabulary {
  readonly facets = new KeyTable();
  readonly countries = new KeyTable();
  readonly sources = new KeyTable();
  readonly targets = new KeyTable();
  readonly users = new KeyTable();

  /** The number of the facet in UTF-8 at `[from, to)`, which another vocabulary brings. */
  facet(bytes: Uint8Array, from: number, to: number): number {
    if (this.facets.bound < MOST_FACETS) return this.facets.idOfBytes(bytes, from, to);
    const key = decoder.decode(bytes.subarray(from, to));
    return this.facets.known(key) ?? this.facets.idOf(otherFacet(key));
  }

  /** Bytes that all keys take. */
  get byteLength(): number {
    return [this.facets, this.countries, this.sources, this.targets, this.users].reduce(
      (sum, keys) => sum + keys.byteLength,
      0,
    );
  }
}

/** Stands for a key that an event does not have. */
export const NO_KEY = -1;

/** One event as it is counted: the number of its facet, and of its key in each dimension or `NO_KEY`. */
export type CountedKeys = { readonly facet: number } & Readonly<Record<Dimension, number>>;

/** Everything counted in one tumbling window, or in the sum of several: a merge of tallies is the tally of all their events. */
export class Tally {
  events = 0;
  late = 0;
  /** Events by facet. */
  readonly facets = new Map<number, number>();
  readonly counts: Readonly<Record<Dimension, CountTable>> = {
    countries: new CountTable(),
    cells: new CountTable(),
    sources: new CountTable(),
    targets: new CountTable(),
    users: new CountTable(),
    ports: new CountTable(),
    arcs: new CountTable(),
  };
  /** All keys there ever were, of each dimension that no longer holds them all. */
  readonly sketches = new Map<SketchedDimension, DistinctCount>();

  constructor(readonly vocabulary: Vocabulary = new Vocabulary()) {}

  /** Whether nothing was ever cut: counts are exact, and may be taken away again. */
  get exact(): boolean {
    return this.sketches.size === 0 && DIMENSIONS.every((dimension) => this.counts[dimension].exact);
  }

  /** Entries of all dimensions. */
  get entries(): number {
    return DIMENSIONS.reduce((sum, dimension) => sum + this.counts[dimension].size, 0);
  }

  /** Counts one event under its facet key. */
  add(facet: string, row: CountedRow): void {
    this.count(keysOf(facet, row, this.vocabulary));
  }

  /** Counts one event whose keys have their numbers in this tally's vocabulary. */
  count(keys: CountedKeys): void {
    const { facet } = keys;
    this.events++;
    this.facets.set(facet, (this.facets.get(facet) ?? 0) + 1);
    const { counts } = this;
    if (keys.countries !== NO_KEY) counts.countries.add(facet, keys.countries, 1);
    if (keys.cells !== NO_KEY) counts.cells.add(facet, keys.cells, 1);
    if (keys.sources !== NO_KEY) counts.sources.add(facet, keys.sources, 1);
    if (keys.targets !== NO_KEY) counts.targets.add(facet, keys.targets, 1);
    if (keys.users !== NO_KEY) counts.users.add(facet, keys.users, 1);
    if (keys.ports !== NO_KEY) counts.ports.add(facet, keys.ports, 1);
    if (keys.arcs !== NO_KEY) counts.arcs.add(facet, keys.arcs, 1);
  }

  /** Makes room for so many keys of each dimension. */
  reserve(keys: number): void {
    for (const dimension of DIMENSIONS) this.counts[dimension].reserve(keys);
  }

  /** Adds all of another. */
  merge(other: Tally): void {
    this.events += other.events;
    this.late += other.late;
    const facets =
      other.vocabulary === this.vocabulary ? (id: number) => id : this.#translation(other, 'facets');
    for (const [facet, events] of other.facets) {
      const id = facets(facet);
      this.facets.set(id, (this.facets.get(id) ?? 0) + events);
    }
    for (const dimension of DIMENSIONS) {
      if (isSketched(dimension)) this.mergeSketch(dimension, other);
      const target = this.counts[dimension];
      if (other.vocabulary === this.vocabulary) {
        target.merge(other.counts[dimension]);
        continue;
      }
      const keys = isNamed(dimension) ? this.#translation(other, dimension) : (key: number) => key;
      target.error += other.counts[dimension].error;
      target.excess += other.counts[dimension].excess;
      other.counts[dimension].forEach((facet, key, count) => target.add(facets(facet), keys(key), count));
    }
  }

  /** Makes a sketch hold the other's keys, if either has one. */
  mergeSketch(dimension: SketchedDimension, other: Tally): void {
    if (other.sketches.has(dimension) || this.sketches.has(dimension))
      other.addKeysTo(this.sketch(dimension), dimension);
  }

  /** Adds all keys that a dimension ever had to a sketch. */
  addKeysTo(sketch: DistinctCount, dimension: SketchedDimension): void {
    const known = this.sketches.get(dimension);
    if (known) {
      sketch.merge(known);
      return;
    }
    const keys = this.vocabulary[dimension];
    this.counts[dimension].forEach((_, key) => sketch.add(keys.mark(key)));
  }

  /** The sketch of a dimension: made of the keys held when there is none. */
  sketch(dimension: SketchedDimension): DistinctCount {
    const known = this.sketches.get(dimension);
    if (known) return known;
    const made = new DistinctCount();
    this.addKeysTo(made, dimension);
    this.sketches.set(dimension, made);
    return made;
  }

  /** Keeps every dimension within `limit` keys; what is cut stays in the sketches. */
  trim(limit: number): void {
    for (const dimension of DIMENSIONS) {
      this.counts[dimension].trim(limit, isSketched(dimension) ? () => this.sketch(dimension) : undefined);
    }
  }

  #translation(other: Tally, name: NamedDimension | 'facets'): (id: number) => number {
    const [from, to] = [other.vocabulary[name], this.vocabulary];
    const translated: number[] = [];
    const numberOfBytes = (key: Uint8Array): number =>
      name === 'facets' ? to.facet(key, 0, key.length) : to[name].idOfBytes(key, 0, key.length);
    return (id) => (translated[id] ??= numberOfBytes(from.bytes(id)));
  }
}

/** What is counted of one event, in numbers of a vocabulary. */
export function keysOf(facet: string, row: CountedRow, vocabulary: Vocabulary): CountedKeys {
  return {
    facet: vocabulary.facets.idOf(facet),
    countries: numberOf(vocabulary.countries, row.country),
    cells: row.cell < 0 ? NO_KEY : row.cell,
    sources: numberOf(vocabulary.sources, row.source),
    targets: numberOf(vocabulary.targets, row.target),
    users: numberOf(vocabulary.users, row.user),
    ports: row.port < 0 ? NO_KEY : row.port,
    arcs: row.cell < 0 ? NO_KEY : arcOf(row.cell, row.siteCell),
  };
}

/** The number of a key; an absent or empty one has none. */
export function numberOf(keys: KeyTable, key: string | undefined): number {
  return key ? keys.idOf(key) : NO_KEY;
}
