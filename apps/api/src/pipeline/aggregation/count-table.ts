import { hashNumber } from '../hash';

/** Slots of the first entries: few, since most windows of events that lie far apart have one or two keys of a dimension. */
const FIRST_SLOTS = 4;

/** What an empty table has, all of them the same: there are seven of them in each window, and nothing is written here. */
const NO_ENTRIES = {
  facets: new Uint16Array(1),
  keys: new Uint32Array(1),
  counts: new Float64Array(1),
  few: { limit: 0, below: 0 },
} as const;

/** Slots for each entry at which a table grows, and those that it has afterwards. */
const MOST_LOAD = 1.6;
const SPACIOUS = 2.5;

/** Keys beyond its limit that a table may hold before it is cut; makes the cost of a cut per key constant. */
const SLACK = 1.25;

/** Share of its limit that a table keeps when it is cut. */
const KEPT = 0.75;

/** Counts below this are counted instead of sorted: in a flood that is nearly every one. */
const SMALL = 1_024;

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
  #facets: Uint16Array = NO_ENTRIES.facets;
  #keys: Uint32Array = NO_ENTRIES.keys;
  #counts: Float64Array = NO_ENTRIES.counts;
  #size = 0;
  /** Up to how many entries there are few enough keys for a limit, as far as the last look told: a look is dear. */
  #few: { readonly limit: number; readonly below: number } = NO_ENTRIES.few;
  /** How much a count may be too low. */
  error = 0;
  /** How much a count may be too high: 0 but for a table from which one with an error was taken away. */
  excess = 0;

  /** Whether every count is what was added, less what was taken away. */
  get exact(): boolean {
    return this.error === 0 && this.excess === 0;
  }

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
    if (this.#facets.length < FIRST_SLOTS) {
      this.#resize(FIRST_SLOTS);
      this.add(facet, key, by);
      return;
    }
    this.#facets[slot] = facet + 1;
    this.#keys[slot] = key;
    this.#counts[slot] = by;
    if (++this.#size * MOST_LOAD > this.#facets.length) this.#resize(this.#size * SPACIOUS);
  }

  /** Adds all of another, errors included. */
  merge(other: CountTable): void {
    this.error += other.error;
    this.excess += other.excess;
    this.reserve(other.#size);
    const [facets, keys, counts] = [other.#facets, other.#keys, other.#counts];
    for (let slot = 0; slot < facets.length; slot++) {
      const count = counts[slot] as number;
      if (count > 0) this.add((facets[slot] as number) - 1, keys[slot] as number, count);
    }
  }

  /** Makes room for a number of entries, of which some may be new. */
  reserve(entries: number): void {
    if (entries * MOST_LOAD > Math.max(this.#facets.length, FIRST_SLOTS)) this.#resize(entries * SPACIOUS);
  }

  /**
   * Takes away what was added before. Where that is less than what there was, because a table with an error is taken away entry
   * by entry, its error is to be added to `excess`: counts then lie that much higher at the most.
   */
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

  /** How many keys have a count. */
  keys(): number {
    return this.#size === 0 ? 0 : this.#sums().#size;
  }

  /**
   * Once there are more keys than a quarter above `limit`, keeps three quarters of it: those with the highest sums.
   * @param beforeCut is called while all keys are still there
   */
  trim(limit: number, beforeCut?: () => void): void {
    const sums = this.#crowd(limit);
    if (sums === undefined) return;
    beforeCut?.();
    const entriesKept = Math.floor((limit * ENTRIES_PER_KEY * sums.#size) / this.#size);
    const most = Math.max(1, Math.floor(Math.min(limit, entriesKept) * KEPT));
    const cut = highestBut(most, sums.#counts);
    this.error += cut;
    this.#few = NO_ENTRIES.few;
    // From here on the sums say what each key has still to give.
    for (let slot = 0; slot < sums.#counts.length; slot++)
      sums.#counts[slot] = Math.min(sums.#counts[slot] as number, cut);
    for (let slot = 0; slot < this.#facets.length; slot++) {
      const count = this.#counts[slot] as number;
      if (count === 0) continue;
      const owing = sums.#slotOf(0, this.#keys[slot] as number);
      const paid = Math.min(count, sums.#counts[owing] as number);
      (sums.#counts[owing] as number) -= paid;
      this.#counts[slot] = count - paid;
    }
    this.#resize(FIRST_SLOTS);
  }

  /** The sums by key when they are too many for `limit`. */
  #crowd(limit: number): CountTable | undefined {
    const most = limit * SLACK;
    if (this.#size <= most || (limit >= this.#few.limit && this.#size < this.#few.below)) return undefined;
    const sums = this.#sums();
    if (sums.#size > most || this.#size > most * ENTRIES_PER_KEY) return sums;
    this.#few = { limit, below: this.#size + Math.max(most - sums.#size, limit / 8) };
    return undefined;
  }

  #sums(): CountTable {
    const sums = new CountTable();
    sums.reserve(this.#size);
    for (let slot = 0; slot < this.#facets.length; slot++) {
      const count = this.#counts[slot] as number;
      if (count > 0) sums.add(0, this.#keys[slot] as number, count);
    }
    return sums;
  }

  #slotOf(facet: number, key: number): number {
    const mask = this.#facets.length - 1;
    let slot = hashNumber(key, facet) & mask;
    while (this.#facets[slot] !== 0 && (this.#keys[slot] !== key || this.#facets[slot] !== facet + 1))
      slot = (slot + 1) & mask;
    return slot;
  }

  /** Makes the table anew with at least so many slots, without the entries that are 0. */
  #resize(atLeast: number): void {
    const [facets, keys, counts] = [this.#facets, this.#keys, this.#counts];
    let kept = 0;
    for (let slot = 0; slot < counts.length; slot++) if ((counts[slot] as number) > 0) kept++;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(atLeast, kept * SPACIOUS, FIRST_SLOTS)));
    this.#facets = new Uint16Array(slots);
    this.#keys = new Uint32Array(slots);
    this.#counts = new Float64Array(slots);
    this.#size = kept;
    const mask = slots - 1;
    for (let old = 0; old < counts.length; old++) {
      if (!((counts[old] as number) > 0)) continue;
      const facet = facets[old] as number;
      const key = keys[old] as number;
      let slot = hashNumber(key, facet - 1) & mask;
      while (this.#facets[slot] !== 0) slot = (slot + 1) & mask;
      this.#facets[slot] = facet;
      this.#keys[slot] = key;
      this.#counts[slot] = counts[old] as number;
    }
  }
}

/** The highest count but for the `most` highest ones; 0 when there are no more than those. */
function highestBut(most: number, counts: Float64Array): number {
  const small = new Uint32Array(SMALL);
  let above = 0;
  for (const count of counts) {
    if (count < SMALL) (small[count] as number) += 1;
    else above++;
  }
  if (above > most) return counts.filter((count) => count >= SMALL).sort()[above - most - 1] ?? 0;
  let count = SMALL - 1;
  for (; count > 0; count--) {
    above += small[count] as number;
    if (above > most) break;
  }
  return count;
}
