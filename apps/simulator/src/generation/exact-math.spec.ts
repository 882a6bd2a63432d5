import fc from 'fast-check';
import { heavyTail, naturalLog } from './exact-math';
import { SeededRandom } from './seeded-random';

const unit = fc.integer({ min: 1, max: 2 ** 32 }).map((numerator) => numerator / 2 ** 32);

describe('naturalLog', () => {
  it('differs from the true logarithm by less than 1e-13', () => {
    fc.assert(
      fc.property(unit, (x) => {
        expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThan(1e-13 * Math.max(1, -Math.log(x)));
      }),
    );
  });

  it('is exactly zero at one', () => {
    expect(naturalLog(1)).toBe(0);
  });
});

describe('heavyTail', () => {
  it('is positive and bounded', () => {
    fc.assert(
      fc.property(unit, (u) => {
        expect(heavyTail(u)).toBeGreaterThan(0);
        expect(heavyTail(u)).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('has a mean of about one', () => {
    const random = new SeededRandom('mean');
    let sum = 0;
    for (let draw = 0; draw < 400_000; draw += 1) sum += heavyTail(random.unit());
    expect(sum / 400_000).toBeCloseTo(1, 1);
  });
});
