import fc from 'fast-check';
import { INTENSITY_STEPS, intensityOf, intensityScale } from './intensity-scale';

const counts = fc.integer({ min: 1, max: 10_000_000 });

describe('the intensity scale', () => {
  it('rises strictly from one, in at most six steps', () => {
    fc.assert(
      fc.property(counts, (maximum) => {
        const scale = intensityScale(maximum);
        expect(scale[0]).toBe(1);
        expect(scale.length).toBeLessThanOrEqual(INTENSITY_STEPS);
        expect(scale.every((bound, step) => step === 0 || bound > (scale[step - 1] ?? 0))).toBe(true);
      }),
    );
  });

  it('gives the busiest cell the strongest colour and none a weaker one than a quieter cell', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const [quiet, busy] = [Math.min(a, b), Math.max(a, b)];
        const scale = intensityScale(busy);
        expect(intensityOf(busy, scale)).toBe(INTENSITY_STEPS - 1);
        expect(intensityOf(quiet, scale)).toBeLessThanOrEqual(intensityOf(busy, scale));
      }),
    );
  });

  it('stays the same while the maximum moves a little', () => {
    expect(intensityScale(6_100)).toEqual(intensityScale(9_800));
  });

  it('has round bounds that a legend can show', () => {
    expect(intensityScale(1_000)).toEqual([1, 3, 10, 30, 100, 300]);
    expect(intensityScale(1)).toEqual([1]);
  });
});
