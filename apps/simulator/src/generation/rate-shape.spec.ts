import { Arrivals, expectedLines, type RateShape } from './rate-shape';
import { SeededRandom } from './seeded-random';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function times(rate: RateShape, phaseMs: number, factor = 1, startOfDayMs = 0): number[] {
  const arrivals = new Arrivals(rate, { phaseMs, startOfDayMs }, new SeededRandom('arrivals'));
  const drawn: number[] = [];
  for (let ms = arrivals.next(factor); ms !== Infinity; ms = arrivals.next(factor)) drawn.push(ms);
  return drawn;
}

const SHAPES: readonly (readonly [string, RateShape, number])[] = [
  ['constant', { shape: 'constant', perSecond: 12 }, 0.001],
  ['constant with jitter', { shape: 'constant', perSecond: 12, jitter: 0.5 }, 0.01],
  ['poisson', { shape: 'poisson', perSecond: 12 }, 0.02],
  ['heavy-tail', { shape: 'heavy-tail', perSecond: 12 }, 0.1],
  ['ramp', { shape: 'ramp', from: 2, to: 30 }, 0.001],
  ['burst', { shape: 'burst', perSecond: 60, everyMs: 30_000, burstMs: 7_000 }, 0.001],
  ['on-off', { shape: 'on-off', perSecond: 30, onMs: 4_000, offMs: 6_000 }, 0.15],
];

describe('Arrivals', () => {
  it.each(SHAPES)('writes as many lines as expected: %s', (_name, rate, tolerance) => {
    const count = times(rate, HOUR_MS).length;
    expect(Math.abs(count / expectedLines(rate, HOUR_MS) - 1)).toBeLessThan(tolerance);
  });

  it('writes as many lines in a whole day as expected: diurnal', () => {
    const rate: RateShape = { shape: 'diurnal', perSecond: 0.5, peakHour: 10 };
    expect(times(rate, DAY_MS).length / expectedLines(rate, DAY_MS)).toBeCloseTo(1, 1);
  });

  it.each(SHAPES)('multiplies the count by the factor: %s', (_name, rate, tolerance) => {
    const ratio = times(rate, HOUR_MS, 3).length / expectedLines(rate, HOUR_MS);
    expect(Math.abs(ratio / 3 - 1)).toBeLessThan(tolerance);
  });

  it.each(SHAPES)('never goes back and never leaves the phase: %s', (_name, rate) => {
    const drawn = times(rate, 600_000);
    expect(drawn.every((ms, at) => ms >= (drawn[at - 1] ?? 0) && ms < 600_000)).toBe(true);
  });

  it('is silent between bursts', () => {
    const drawn = times({ shape: 'burst', perSecond: 60, everyMs: 30_000, burstMs: 7_000 }, HOUR_MS);
    expect(drawn.filter((ms) => ms % 30_000 > 7_000)).toEqual([]);
  });

  it('climbs along a ramp', () => {
    const drawn = times({ shape: 'ramp', from: 1, to: 9 }, 100_000);
    const firstHalf = drawn.filter((ms) => ms < 50_000).length;
    expect(firstHalf / drawn.length).toBeCloseTo(0.3, 1);
  });

  it('is busiest at the peak hour of the day', () => {
    const drawn = times({ shape: 'diurnal', perSecond: 0.5, peakHour: 10 }, DAY_MS, 1, 6 * HOUR_MS);
    const perHour = Array.from({ length: 24 }, () => 0);
    for (const ms of drawn) {
      const hour = Math.floor(ms / HOUR_MS + 6) % 24;
      perHour[hour] = (perHour[hour] ?? 0) + 1;
    }
    expect([9, 10, 11]).toContain(perHour.indexOf(Math.max(...perHour)));
    expect((perHour[10] ?? 0) / (perHour[23] ?? 1)).toBeGreaterThan(4);
  });

  it('has far longer gaps with a heavy tail than at random', () => {
    const longest = (rate: RateShape): number => {
      const drawn = times(rate, HOUR_MS);
      return Math.max(...drawn.map((ms, at) => ms - (drawn[at - 1] ?? ms)));
    };
    const heavy = longest({ shape: 'heavy-tail', perSecond: 10 });
    expect(heavy).toBeGreaterThan(3 * longest({ shape: 'poisson', perSecond: 10 }));
  });

  it('does not always miss a line that is expected only now and then', () => {
    const seen = Array.from({ length: 400 }, (_, seed) => {
      const window = { phaseMs: 60_000, startOfDayMs: 0 };
      const rate: RateShape = { shape: 'constant', perSecond: 0.5 / 60 };
      return new Arrivals(rate, window, new SeededRandom(`${seed}`)).next(1) !== Infinity;
    });
    expect(seen.filter(Boolean).length / 400).toBeCloseTo(0.5, 1);
  });
});

describe('expectedLines', () => {
  it.each(SHAPES.filter(([, { shape }]) => shape !== 'on-off'))(
    'knows what is written before a moment within the phase: %s',
    (_name, rate, tolerance) => {
      const until = times(rate, HOUR_MS).filter((ms) => ms < 1_201_000).length;
      expect(Math.abs(until / expectedLines(rate, HOUR_MS, 1_201_000) - 1)).toBeLessThan(tolerance + 0.02);
    },
  );
});
