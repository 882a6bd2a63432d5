import { freshness } from './freshness';

describe('freshness', () => {
  it.each([
    [null, 'loading'],
    [0, 'live'],
    [1_999, 'live'],
    [2_000, 'stale'],
    [4_999, 'stale'],
    [5_000, 'lost'],
  ] as const)('of data %p ms old is %p', (ageMs, expected) => {
    expect(freshness(ageMs)).toBe(expected);
  });
});
