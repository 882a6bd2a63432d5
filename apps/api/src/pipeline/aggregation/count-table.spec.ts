import fc from 'fast-check';
import { CountTable } from './count-table';

const key = fc.integer({ min: 0, max: 40 });
const facet = fc.integer({ min: 0, max: 3 });
const someCounts = fc.array(fc.tuple(facet, key), { maxLength: 200 });
const limits = fc.integer({ min: 1, max: 40 });

type Counted = [facet: number, key: number];

/** Counts one by one, within the limit after each. */
function countWithin(limit: number, all: readonly Counted[]): CountTable {
  const counts = new CountTable();
  for (const [one, of] of all) {
    counts.add(one, of, 1);
    counts.trim(limit);
  }
  return counts;
}

function trueCounts(all: readonly Counted[], facets: ReadonlySet<number>): Map<number, number> {
  const exact = new Map<number, number>();
  for (const [one, of] of all) if (facets.has(one)) exact.set(of, (exact.get(of) ?? 0) + 1);
  return exact;
}

function sums(counts: CountTable, facets: ReadonlySet<number>): Map<number, number> {
  const found = new Map<number, number>();
  counts.forEach((one, of, count) => {
    if (facets.has(one)) found.set(of, (found.get(of) ?? 0) + count);
  });
  return found;
}

function merged(tables: readonly CountTable[]): CountTable {
  const total = new CountTable();
  for (const table of tables) {
    table.forEach((one, of, count) => total.add(one, of, count));
    total.error += table.error;
  }
  return total;
}

/** Over any set of facets: a kept key is at most the error too low, a dropped one had at most the error. */
function expectBoundsToHold(counts: CountTable, all: readonly Counted[], facets: ReadonlySet<number>): void {
  const found = sums(counts, facets);
  for (const [of, exact] of trueCounts(all, facets)) {
    const count = found.get(of) ?? 0;
    expect(count).toBeLessThanOrEqual(exact);
    expect(count + counts.error).toBeGreaterThanOrEqual(exact);
  }
  for (const of of found.keys()) expect(trueCounts(all, facets).has(of)).toBe(true);
}

const facetSets = fc.subarray([0, 1, 2, 3]).map((all) => new Set(all));

describe('a count table', () => {
  it('counts a key at most its error too low, whichever facets are summed', () => {
    fc.assert(
      fc.property(limits, someCounts, facetSets, (limit, all, facets) => {
        expectBoundsToHold(countWithin(limit, all), all, facets);
      }),
    );
  });

  it('holds the same bounds after a merge', () => {
    fc.assert(
      fc.property(limits, someCounts, someCounts, facetSets, (limit, some, others, facets) => {
        const total = merged([countWithin(limit, some), countWithin(limit, others)]);
        total.trim(limit);
        expectBoundsToHold(total, [...some, ...others], facets);
      }),
    );
  });

  it('counts a key at most its error too low and its excess too high once a part is taken away, whatever was cut when', () => {
    fc.assert(
      fc.property(limits, limits, someCounts, someCounts, facetSets, (limit, less, some, leaving, facets) => {
        const total = countWithin(limit, [...leaving, ...some]);
        const part = countWithin(less, leaving);
        part.forEach((one, of, count) => total.take(one, of, count));
        total.excess += part.error;
        const [found, exact] = [sums(total, facets), trueCounts(some, facets)];
        for (const of of new Set([...found.keys(), ...exact.keys()])) {
          const [count, truth] = [found.get(of) ?? 0, exact.get(of) ?? 0];
          expect(count + total.error).toBeGreaterThanOrEqual(truth);
          expect(count - total.excess).toBeLessThanOrEqual(truth);
        }
      }),
    );
  });

  it('keeps no more keys than a half above the limit, and few entries for each', () => {
    fc.assert(
      fc.property(limits, someCounts, (limit, all) => {
        const counts = countWithin(limit, all);
        expect(counts.keys()).toBeLessThanOrEqual(Math.max(limit * 1.5, limit + 1));
        expect(counts.size).toBeLessThanOrEqual(limit * 6);
      }),
    );
  });

  it('has an error of at most one part in three quarters of the limit while a key has one facet', () => {
    fc.assert(
      fc.property(limits, fc.array(key, { maxLength: 200 }), (limit, keys) => {
        const counts = countWithin(
          limit,
          keys.map((one) => [one % 4, one]),
        );
        expect(counts.error * (Math.max(1, Math.floor(limit * 0.75)) + 1)).toBeLessThanOrEqual(keys.length);
      }),
    );
  });

  it('is exact while there are no more keys than the limit', () => {
    fc.assert(
      fc.property(someCounts, facetSets, (all, facets) => {
        const counts = countWithin(new Set(all.map(([, of]) => of)).size, all);
        expect(counts.error).toBe(0);
        expect(sums(counts, facets)).toEqual(trueCounts(all, facets));
      }),
    );
  });

  it('cuts by the count of the highest key that has to go, small or large', () => {
    for (const scale of [1, 1_000]) {
      const counts = new CountTable();
      for (let one = 1; one <= 8; one++) counts.add(0, one, one * scale);
      counts.trim(4);
      expect(counts.error).toBe(5 * scale);
      expect(sums(counts, new Set([0]))).toEqual(new Map([6, 7, 8].map((one) => [one, (one - 5) * scale])));
    }
  });

  it('forgets what is taken away, and counts it anew when it comes again', () => {
    const counts = new CountTable();
    counts.add(1, 7, 3);
    counts.take(1, 7, 3);
    expect([counts.keys(), counts.count(1, 7)]).toEqual([0, 0]);
    counts.add(1, 7, 2);
    expect(sums(counts, new Set([1]))).toEqual(new Map([[7, 2]]));
  });
});
