import { ByteReader, ByteWriter } from './byte-writer';
import { DistinctCount } from './distinct-count';
import {
  type Dimension,
  DIMENSIONS,
  isSketched,
  type SketchedDimension,
  type Tally,
  type Vocabulary,
} from './tally';

/** Counts above this stand apart, so that a key and its count fit one exact number while entries are sorted. */
const MOST_INLINE = 2 ** 20 - 1;

const NOTHING = new Uint8Array();

/** Bytes of packed keys above which their sketch, once asked for, is kept: it is then the smaller of the two. */
const SKETCH_KEPT_ABOVE = 8_192;

/**
 * A tally at rest, two to three bytes an entry: each dimension's facets with their keys in ascending order, as differences. The
 * numbers are those of the vocabulary of the tally that it was made from.
 */
export class PackedTally {
  readonly events: number;
  readonly late: number;
  readonly facets: ReadonlyMap<number, number>;
  /** Whether no dimension was ever cut. */
  readonly exact: boolean;
  #dimensions: readonly Uint8Array[];
  readonly #errors: readonly number[];
  /** Of dimensions that were cut. */
  #sketches: ReadonlyMap<SketchedDimension, DistinctCount>;
  /** Of large dimensions that were not, made when asked for. */
  readonly #madeSketches = new Map<SketchedDimension, DistinctCount>();

  constructor(tally: Tally) {
    this.events = tally.events;
    this.late = tally.late;
    this.facets = tally.facets;
    this.exact = tally.exact;
    this.#dimensions = DIMENSIONS.map((dimension) => pack(tally, dimension));
    this.#errors = DIMENSIONS.map((dimension) => tally.counts[dimension].error);
    this.#sketches = tally.sketches;
  }

  /** Bytes that its counts take. */
  get byteLength(): number {
    const sketches = [...this.#sketches.values(), ...this.#madeSketches.values()];
    return [...this.#dimensions, ...sketches.map((sketch) => sketch.registers)].reduce(
      (sum, bytes) => sum + bytes.length,
      0,
    );
  }

  /** Forgets the keys: what is left are events, late ones and facets. */
  shed(): void {
    this.#dimensions = [];
    this.#sketches = new Map();
    this.#madeSketches.clear();
  }

  /** Adds it all to a tally of the same vocabulary. */
  addTo(target: Tally): void {
    target.events += this.events;
    target.late += this.late;
    for (const [facet, events] of this.facets)
      target.facets.set(facet, (target.facets.get(facet) ?? 0) + events);
    DIMENSIONS.forEach((dimension, i) => {
      if (isSketched(dimension)) this.#addSketch(target, dimension);
      const counts = target.counts[dimension];
      counts.error += this.#errors[i] ?? 0;
      this.forEach(dimension, (facet, key, count) => counts.add(facet, key, count));
    });
  }

  /** Takes it all away from a tally that it is part of; what its own errors leave there is an excess. Sketches stay as they are. */
  takeFrom(target: Tally): void {
    target.events -= this.events;
    target.late -= this.late;
    for (const [facet, events] of this.facets)
      target.facets.set(facet, (target.facets.get(facet) ?? 0) - events);
    for (const dimension of DIMENSIONS) {
      const counts = target.counts[dimension];
      counts.excess += this.#errors[DIMENSIONS.indexOf(dimension)] ?? 0;
      this.forEach(dimension, (facet, key, count) => counts.take(facet, key, count));
    }
  }

  /** Adds all keys that a dimension ever had to a sketch. @param vocabulary that of the tally that it was made from */
  addKeysTo(target: DistinctCount, dimension: SketchedDimension, vocabulary: Vocabulary): void {
    const known = this.#sketches.get(dimension) ?? this.#madeSketches.get(dimension);
    if (known) {
      target.merge(known);
      return;
    }
    const isLarge = (this.#dimensions[DIMENSIONS.indexOf(dimension)]?.length ?? 0) > SKETCH_KEPT_ABOVE;
    const sketch = isLarge ? new DistinctCount() : target;
    const keys = vocabulary[dimension];
    this.forEach(dimension, (_, key) => sketch.add(keys.mark(key)));
    if (!isLarge) return;
    this.#madeSketches.set(dimension, sketch);
    target.merge(sketch);
  }

  /** Calls back with each entry of a dimension. */
  forEach(dimension: Dimension, take: (facet: number, key: number, count: number) => void): void {
    const reader = new ByteReader(this.#dimensions[DIMENSIONS.indexOf(dimension)] ?? NOTHING);
    while (!reader.atEnd) {
      const facet = reader.number();
      let key = 0;
      for (let left = reader.number(); left > 0; left--) {
        key += reader.number();
        take(facet, key, reader.number());
      }
    }
  }

  /** By how much a count of a dimension may be too low. */
  errorOf(dimension: Dimension): number {
    return this.#errors[DIMENSIONS.indexOf(dimension)] ?? 0;
  }

  #addSketch(target: Tally, dimension: SketchedDimension): void {
    if (!this.#sketches.has(dimension) && !target.sketches.has(dimension)) return;
    this.addKeysTo(target.sketch(dimension), dimension, target.vocabulary);
  }
}

function pack(tally: Tally, dimension: Dimension): Uint8Array {
  const counts = tally.counts[dimension];
  if (counts.size === 0) return NOTHING;
  const byFacet = new Map<number, number[]>();
  counts.forEach((facet, key, count) => {
    const entries = byFacet.get(facet) ?? [];
    if (entries.length === 0) byFacet.set(facet, entries);
    entries.push(key * (MOST_INLINE + 1) + Math.min(count, MOST_INLINE));
  });
  const writer = new ByteWriter();
  for (const [facet, entries] of byFacet) {
    writer.number(facet);
    writer.number(entries.length);
    let last = 0;
    for (const entry of Float64Array.from(entries).sort()) {
      const key = Math.floor(entry / (MOST_INLINE + 1));
      const inline = entry - key * (MOST_INLINE + 1);
      writer.number(key - last);
      writer.number(inline === MOST_INLINE ? counts.count(facet, key) : inline);
      last = key;
    }
  }
  return writer.take();
}
