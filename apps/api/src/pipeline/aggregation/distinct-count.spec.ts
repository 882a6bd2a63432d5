import fc from 'fast-check';
import { DistinctCount, markOf } from './distinct-count';

const encoder = new TextEncoder();

function sketchOf(keys: Iterable<string>): DistinctCount {
  const sketch = new DistinctCount();
  for (const key of keys) {
    const bytes = encoder.encode(key);
    sketch.add(markOf(bytes, 0, bytes.length));
  }
  return sketch;
}

function* addresses(count: number): Generator<string> {
  for (let i = 0; i < count; i++)
    yield `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}|AU|Sydney ${i >> 17}`;
}

describe('a distinct count', () => {
  it.each([0, 1, 100, 5_000, 20_000, 200_000])('of %i keys lies within its error', (keys) => {
    const { count, error } = sketchOf(addresses(keys)).estimate();
    expect(Math.abs(count - keys)).toBeLessThanOrEqual(error);
    expect(error).toBeLessThanOrEqual(Math.ceil(count * 0.05));
  });

  it('is the same for the same keys, however often they come, in whatever order and parts', () => {
    const keys = fc.array(fc.string(), { maxLength: 100 });
    fc.assert(
      fc.property(keys, keys, (some, others) => {
        const merged = sketchOf(others);
        merged.merge(sketchOf(some));
        expect(merged.registers).toEqual(sketchOf([...some, ...others, ...some]).registers);
      }),
    );
  });

  it('refuses registers of another size', () => {
    expect(() => new DistinctCount(new Uint8Array(16))).toThrow('4096 registers');
  });
});
