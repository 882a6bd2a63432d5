import { partitionOf } from './partitioning';

describe('partitionOf', () => {
  it('gives every key one of the partitions, the same one each time', () => {
    for (const key of ['', 'a', '203.0.113.7', '日本']) {
      const partition = partitionOf(key, 8);
      expect(partition).toBeGreaterThanOrEqual(0);
      expect(partition).toBeLessThan(8);
      expect(partitionOf(key, 8)).toBe(partition);
    }
  });

  it('keeps the places of keys that are stored already', () => {
    expect(['event-1', 'event-2', '203.0.113.7', '2001:db8::1'].map((key) => partitionOf(key, 8))).toEqual([
      7, 3, 6, 2,
    ]);
  });

  it('spreads keys that differ in their last characters only', () => {
    const counts = new Array<number>(8).fill(0);
    for (let number = 0; number < 8_000; number++) {
      const partition = partitionOf(`AAAAAAAAAAAAAAAAAAAAAA-${number}`, 8);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(Math.max(...counts)).toBeLessThan(1_100);
  });
});
