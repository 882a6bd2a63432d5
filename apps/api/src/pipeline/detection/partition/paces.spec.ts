import fc from 'fast-check';
import { paces } from './paces';

describe('the paces of a watermark', () => {
  it('go forward and end where it is to be, however many there are', () => {
    const time = fc.integer({ min: 0, max: 1e12 });
    fc.assert(
      fc.property(time, time, fc.nat(100_000), (from, to, pending) => {
        const steps = paces(from, to, pending, 1_000);
        expect(steps.at(-1)).toBe(to);
        expect([...steps].sort((a, b) => a - b)).toEqual(steps);
        expect(steps.length).toBeLessThanOrEqual(Math.max(1, Math.ceil(pending / 1_000)));
      }),
    );
  });

  it('are as many as the waiting events need', () => {
    expect(paces(0, 4_000, 4_000, 1_000)).toEqual([1_000, 2_000, 3_000, 4_000]);
    expect(paces(0, 4_000, 900, 1_000)).toEqual([4_000]);
  });

  it('are one where it is not known from when on events wait', () => {
    expect(paces(Number.POSITIVE_INFINITY, 4_000, 5_000, 1_000)).toEqual([4_000]);
  });
});
