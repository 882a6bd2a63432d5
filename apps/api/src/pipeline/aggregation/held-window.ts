import type { DistinctCount } from './distinct-count';
import { PackedTally } from './packed-tally';
import { type Dimension, type SketchedDimension, Tally, type Vocabulary } from './tally';

/** The counts of a window that are at hand without its keys. */
export interface WindowCounts {
  readonly events: number;
  readonly late: number;
  /** Events by the number of their facet. */
  readonly facets: ReadonlyMap<number, number>;
}

/** One tumbling window in memory: open while it gains, packed when it rests. */
export class HeldWindow {
  #held: Tally | PackedTally;
  #hasKeys = true;
  /** Wall clock of the last gain, in ms since the epoch. */
  touchedAt = 0;

  constructor(private readonly vocabulary: Vocabulary) {
    this.#held = new Tally(vocabulary);
  }

  get counts(): WindowCounts {
    return this.#held;
  }

  /** Bytes that it takes at rest; 0 while it is open. */
  get packedBytes(): number {
    return this.#held instanceof PackedTally ? this.#held.byteLength : 0;
  }

  get isOpen(): boolean {
    return this.#held instanceof Tally;
  }

  /** Whether it has the keys of all its events, as far as its errors say. */
  get hasKeys(): boolean {
    return this.#hasKeys;
  }

  /** The window as a tally that may gain. */
  open(): Tally {
    if (this.#held instanceof Tally) return this.#held;
    const tally = new Tally(this.vocabulary);
    this.#held.addTo(tally);
    this.#held = tally;
    return tally;
  }

  /** Forgets the keys: what is left are its counts. */
  shed(): void {
    if (!(this.#held instanceof PackedTally)) return;
    this.#held.shed();
    this.#hasKeys = false;
  }

  /** Puts it to rest with at most `limit` keys of each dimension. */
  pack(limit: number): void {
    if (!(this.#held instanceof Tally)) return;
    this.#held.trim(limit);
    this.#held = new PackedTally(this.#held);
  }

  addTo(target: Tally): void {
    if (this.#held instanceof Tally) target.merge(this.#held);
    else this.#held.addTo(target);
  }

  /** Adds all keys that a dimension ever had to a sketch. */
  addKeysTo(sketch: DistinctCount, dimension: SketchedDimension): void {
    if (this.#held instanceof Tally) this.#held.addKeysTo(sketch, dimension);
    else this.#held.addKeysTo(sketch, dimension, this.vocabulary);
  }

  /** Takes it away from a tally that it is part of; what its own errors leave there is an excess. Sketches stay as they are. */
  takeFrom(target: Tally): void {
    const packed = this.#held instanceof Tally ? new PackedTally(this.#held) : this.#held;
    packed.takeFrom(target);
  }

  /** Calls back with every key in use of a dimension, as often as it has entries. */
  forEachKey(dimension: Dimension, take: (key: number) => void): void {
    this.forEach(dimension, (_, key) => take(key));
  }

  /** Calls back with each entry of a dimension. */
  forEach(dimension: Dimension, take: (facet: number, key: number, count: number) => void): void {
    if (this.#held instanceof Tally) this.#held.counts[dimension].forEach(take);
    else this.#held.forEach(dimension, take);
  }

  /** By how much a count of a dimension may be too low. */
  errorOf(dimension: Dimension): number {
    return this.#held instanceof Tally ? this.#held.counts[dimension].error : this.#held.errorOf(dimension);
  }
}
