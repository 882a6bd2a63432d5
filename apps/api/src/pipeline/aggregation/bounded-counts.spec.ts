import fc from 'fast-check';
import { BoundedCounts } from './bounded-counts';

const key = fc.stringMatching(/^[a-h][a-d]$/);
const someKeys = fc.array(key, { maxLength: 200 });
const limits = fc.integer({ min: 1, max: 40 });

/** Counts keys one by one, within the limit after each. */
function countWithin(limit: number, keys: readonly string[]): BoundedCounts<string> {
  const counts = new BoundedCounts<string>();
  for (const one of keys) {
    counts.add(one);
    counts.trim(limit);
  }
  return counts;
}

function trueCounts(keys: readonly string[]): Map<string, number> {
  const exact = new Map<string, number>();
  for (const one of keys) exact.set(one, (exact.get(one) ?? 0) + 1);
  return exact;
}

function expectBoundsToHold(counts: BoundedCounts<string>, keys: readonly string[]): void {
  const exact = trueCounts(keys);
  for (const reported of counts.top(Infinity)) {
    const count = exact.get(reported.key) ?? 0;
    expect(reported.count).toBeGreaterThanOrEqual(count);
    expect(reported.count - counts.error).toBeLessThanOrEqual(count);
    exact.delete(reported.key);
  }
  for (const dropped of exact.values()) expect(dropped).toBeLessThanOrEqual(counts.error);
}

describe('bounded counts', () => {
  it('report a kept key never too low and at most the error too high, and drop none above the error', () => {
    fc.assert(
      fc.property(limits, someKeys, (limit, keys) => {
        expectBoundsToHold(countWithin(limit, keys), keys);
      }),
    );
  });

  it('hold the same bounds after a merge', () => {
    fc.assert(
      fc.property(limits, someKeys, someKeys, (limit, some, others) => {
        const merged = countWithin(limit, some);
        merged.merge(countWithin(limit, others));
        merged.trim(limit);
        expectBoundsToHold(merged, [...some, ...others]);
      }),
    );
  });

  it('keep no more keys than a quarter above the limit, with an error of at most one part in limit + 1', () => {
    fc.assert(
      fc.property(limits, someKeys, (limit, keys) => {
        const counts = countWithin(limit, keys);
        expect(counts.counts.size).toBeLessThanOrEqual(limit * 1.25);
        expect(counts.error * (limit + 1)).toBeLessThanOrEqual(keys.length);
      }),
    );
  });

  it('are exact while there are no more keys than the limit', () => {
    fc.assert(
      fc.property(someKeys, (keys) => {
        const counts = countWithin(new Set(keys).size, keys);
        expect(counts.error).toBe(0);
        expect(counts.counts).toEqual(trueCounts(keys));
      }),
    );
  });

  it('list the highest first, ties by key', () => {
    const counts = countWithin(10, ['b', 'a', 'c', 'c']);
    expect(counts.top(2)).toEqual([
      { key: 'c', count: 2 },
      { key: 'a', count: 1 },
    ]);
  });

  it('arrive as they were sent, error included', () => {
    fc.assert(
      fc.property(limits, someKeys, (limit, keys) => {
        const sent = countWithin(limit, keys);
        const arrived = new BoundedCounts<string>();
        arrived.addFlat(sent.toFlat(), sent.error);
        expect(arrived).toEqual(sent);
      }),
    );
  });
});
