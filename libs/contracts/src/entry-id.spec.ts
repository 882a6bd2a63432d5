import fc from 'fast-check';
import { compareEntryIds } from './entry-id';

const part = fc.nat(1_000_000);

test('ids are in the order of their numbers, first of the time, then of the sequence', () => {
  fc.assert(
    fc.property(part, part, part, part, (aMs, aSeq, bMs, bSeq) => {
      const expected = aMs === bMs ? Math.sign(aSeq - bSeq) : Math.sign(aMs - bMs);
      expect(Math.sign(compareEntryIds(`${aMs}-${aSeq}`, `${bMs}-${bSeq}`))).toBe(expected);
    }),
  );
});

test('9-0 is before 10-0, as no text order has it', () => {
  expect(compareEntryIds('9-0', '10-0')).toBeLessThan(0);
  expect(compareEntryIds('10-9', '10-10')).toBeLessThan(0);
});
