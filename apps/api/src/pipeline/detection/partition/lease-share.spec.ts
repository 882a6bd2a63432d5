import { askingOrder, leaseShare } from './lease-share';

describe('the share of a worker', () => {
  it('is enough for all partitions together', () => {
    for (const workers of [1, 2, 3, 5, 8, 9])
      expect(leaseShare(8, workers) * workers).toBeGreaterThanOrEqual(8);
    expect(leaseShare(8, 3)).toBe(3);
  });

  it('is everything for one that knows of no other', () => {
    expect(leaseShare(8, 0)).toBe(8);
  });
});

describe('asking for partitions', () => {
  it('comes to each of them once, from anywhere', () => {
    expect(askingOrder(4, 3)).toEqual([3, 0, 1, 2]);
  });
});
