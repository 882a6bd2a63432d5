import fc from 'fast-check';
import { isFinalClose, reconnectDelayMs } from './reconnect-delay';

describe('the delay before a reconnect', () => {
  it('is never longer than ten seconds and never negative', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delayMs = reconnectDelayMs(attempt, random);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(10_000);
      }),
    );
  });

  it('doubles its ceiling with each attempt and spreads over all of it', () => {
    expect([0, 1, 2, 3].map((attempt) => reconnectDelayMs(attempt, 0.5))).toEqual([125, 250, 500, 1_000]);
    expect(reconnectDelayMs(3, 0)).toBe(0);
  });

  it('is not tried after a policy violation or a code of the application', () => {
    expect([1000, 1001, 1006, 1008, 1012, 4000, 4401].filter(isFinalClose)).toEqual([1008, 4000, 4401]);
  });
});
