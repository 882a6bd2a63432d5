import { hashNumber } from './hash';

const FIRST_SLOTS = 16;

/** Keys beyond its limit that a table may hold before it is cut; makes the cost of a cut per key constant. */
const SLACK = 1.25;

/** Entries for each key of the limit: a key may be counted under several facets, but not under any number. */
const ENTRIES_PER_KEY = 4;

/**
 * Counts by facet and key that cannot grow without limit. Exact while there are few enough keys; beyond, the Misra-Gries
 * summary in its mergeable form (Agarwal et al., "Mergeable Summaries", PODS 2012) over the keys' sums: what any set of facets
 * says of a kept key is at most `error` too low, and a dropped key had at most `error`.
 *
 * Open addressing in typed arrays: a third of the time of a `Map` for each count, and nothing for the collector to trace.
 */
export class CountTable {
  #facets = new Uint16Array(FIRST_SLOTS);
  #keys = new Uint32Array(FIRST_SLOTS);
  #counts = new Float64Array(FIRST_SLOTS);
  #size = 0;
  /** Up to how many entries there are few enough keys for a limit, as far as the last look told: a look is dear. */
  #few = { limit: 0, below: 0 };
  /** How much a count may be too low; 0 = exact. */
  error = 0;

  /** Entries of a facet and a key. */
  get size(): number {
    return this.#size;
  }

  /** Adds to a key of a facet. @param facet below 65 535 @param key below 2^32 */
  add(facet: number, key: number, by: number): void {
    const slot = this.#slotOf(facet, key);
    if (this.#facets[slot] !== 0) {
      (this.#counts[slot] as number) += by;
      return;
    }
    this.#facets[slot] = facet + 1;
    this.#keys[slot] = key;
    this.#counts[slot] = by;
    if (++this.#size * 1.6 > this.#facets.length) this.#rebuild(() => true);
  }

  /** Takes away what was added before. A count of 0 is forgotten with the next growth and given to nobody before. */
  take(facet: number, key: number, by: number): void {
    const slot = this.#slotOf(facet, key);
    if (this.#facets[slot] !== 0) this.#counts[slot] = Math.max(0, (this.#counts[slot] as number) - by);
  }

  /** The count of a key under a facet. */
  count(facet: number, key: number): number {
    const slot = this.#slotOf(facet, key);
    return this.#facets[slot] === 0 ? 0 : (this.#counts[slot] as number);
  }

  /** Calls back with each entry that is not 0, in no order. */
  forEach(take: (facet: number, key: number, count: number) => void): void {
    const [facets, keys, counts] = [this.#facets, this.#keys, this.#counts];
    for (let slot = 0; slot < facets.length; slot++) {
      const count = counts[slot] as number;
      if (count > 0) take((facets[slot] as number) - 1, keys[slot] as number, count);
    }
  }

  /** Whether `trim` would cut. */
  exceeds(limit: number): boolean {
    const most = limit * SLACK;
    if (this.#size <= most || (limit >= this.#few.limit && this.#size < this.#few.below)) return false;
    const keys = this.keys();
    if (keys > most || this.#size > most * ENTRIES_PER_KEY) return true;
    this.#few = { limit, below: this.#size + Math.max(most - keys, limit / 8) };
    return false;
  }

  /** How many keys have a count. */
  keys(): number {
    return this.#size === 0 ? 0 : this.#sums().#size;
  }

  /** Keeps at most `limit` keys, those with the highest sums, once there are more than a quarter above it. */
  trim(limit: number): void {
    if (!this.exceeds(limit)) return;
    const sums = this.#sums();
    const most = Math.min(limit, Math.floor((limit * ENTRIES_PER_KEY * sums.#size) / this.#size));
    const sorted = Float64Array.from(sums.#counts).sort();
    const cut = sorted[sorted.length - most - 1] ?? 0;
    this.error += cut;
    this.#few = { limit: 0, below: 0 };
    const owed = new CountTable();
    this.#rebuild((facet, key, slot) => {
      if (sums.count(0, key) <= cut) return false;
      const count = this.#counts[slot] as number;
      const paid = Math.min(count, cut - owed.count(0, key));
      owed.add(0, key, paid);
      this.#counts[slot] = count - paid;
      return count > paid;
    });
  }

  #sums(): CountTable {
    const sums = new CountTable();
    this.forEach((_, key, count) => sums.add(0, key, count));
    return sums;
  }

  #slotOf(facet: number, key: number): number {
    const mask = this.#facets.length - 1;
    let slot = hashNumber(key, facet) & mask;
    while (this.#facets[slot] !== 0 && (this.#keys[slot] !== key || this.#facets[slot] !== facet + 1))
      slot = (slot + 1) & mask;
    return slot;
  }

  /** Makes the table anew, at half its load or less, with the entries that `keeps` names and that are not 0. */
  #rebuild(keeps: (facet: number, key: number, slot: number) => boolean): void {
    const [facets, keys, counts] = [this.#facets, this.#keys, this.#counts];
    const kept: number[] = [];
    for (let slot = 0; slot < facets.length; slot++) {
      if (facets[slot] === 0 || !keeps((facets[slot] as number) - 1, keys[slot] as number, slot)) continue;
      if ((counts[slot] as number) > 0) kept.push(slot);
    }
    const slots = Math.max(FIRST_SLOTS, 2 ** Math.ceil(Math.log2(kept.length * 2.5 + 1)));
    this.#facets = new Uint16Array(slots);
    this.#keys = new Uint32Array(slots);
    this.#counts = new Float64Array(slots);
    this.#size = kept.length;
    for (const old of kept) {
      const slot = this.#slotOf((facets[old] as number) - 1, keys[old] as number);
      this.#facets[slot] = facets[old] as number;
      this.#keys[slot] = keys[old] as number;
      this.#counts[slot] = counts[old] as number;
    }
  }
}
