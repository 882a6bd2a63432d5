import fc from 'fast-check';
import { anEvent } from '@watchfloor/contracts/testing';
import { decode, decodeBatch, encode, encodeBatch } from './batch-codec';

describe('a batch', () => {
  it('is what it was after a way through the store, whatever its strings and numbers', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 400 }));
    const row = fc.record({
      name: word,
      original: word,
      pid: fc.maxSafeNat(),
      bytes: fc.option(fc.maxSafeNat()),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const batch = {
          times: rows.map(({ pid }) => pid),
          events: rows.map(({ name, original, pid, bytes }) =>
            anEvent({
              event: { category: ['network'], original },
              user: { name },
              process: { pid },
              ...(bytes === null ? {} : { source: { bytes } }),
            }),
          ),
        };
        expect(decodeBatch(encodeBatch(batch))).toEqual(batch);
      }),
    );
  });

  it('keeps its bytes while others are encoded', () => {
    const first = encode(['first', { shape: 1 }]);
    const copy = Buffer.from(first);
    for (let i = 0; i < 200; i++) encode([`other ${i}`, { [`shape${i}`]: i }]);
    expect(first.equals(copy)).toBe(true);
    expect(decode(first)).toEqual(['first', { shape: 1 }]);
  });
});
