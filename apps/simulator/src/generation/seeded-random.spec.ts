import fc from 'fast-check';
import { SeededRandom, WeightedChoice } from './seeded-random';

describe('SeededRandom', () => {
  it('gives these numbers for this seed, on every machine', () => {
    const random = new SeededRandom('7/ssh-brute-force');
    expect([random.below(1000), random.below(1000), random.below(1000)]).toEqual([234, 886, 73]);
  });

  it('gives the same sequence for the same path and another for another', () => {
    const draw = (path: string) => new SeededRandom(path).text('abcdefghijklmnop', 32);
    expect(draw('1/a')).toBe(draw('1/a'));
    expect(draw('1/a')).not.toBe(draw('2/a'));
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 31 }), (path, bound) => {
        const random = new SeededRandom(path);
        const drawn = random.below(bound);
        const unit = random.unit();
        return Number.isInteger(drawn) && drawn >= 0 && drawn < bound && unit > 0 && unit <= 1;
      }),
    );
  });

  it('comes true as often as the probability says', () => {
    const random = new SeededRandom('chance');
    let hits = 0;
    for (let draw = 0; draw < 100_000; draw += 1) if (random.chance(0.3)) hits += 1;
    expect(hits / 100_000).toBeCloseTo(0.3, 2);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });

  it('refuses to pick from nothing', () => {
    expect(() => new SeededRandom('x').pick([])).toThrow(RangeError);
  });
});

describe('WeightedChoice', () => {
  it('draws in the proportion of the weights', () => {
    const choice = new WeightedChoice(['a', 'b', 'c'], [1, 2, 7]);
    const random = new SeededRandom('weights');
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 50_000; draw += 1) {
      const drawn = choice.draw(random);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect((counts.get('a') ?? 0) / 50_000).toBeCloseTo(0.1, 2);
    expect((counts.get('c') ?? 0) / 50_000).toBeCloseTo(0.7, 2);
  });
});
