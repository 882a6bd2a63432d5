import fc from 'fast-check';
import { comparePositions, ReorderBuffer } from './reorder-buffer';

const position = fc.record({
  time: fc.integer({ min: 0, max: 20 }),
  producer: fc.constantFrom('a', 'b'),
  sequence: fc.nat(9),
});

test('gives entries in the order of event time, producer and sequence, whatever came when', () => {
  fc.assert(
    fc.property(fc.array(fc.option(position), { maxLength: 200 }), (steps) => {
      const buffer = new ReorderBuffer();
      const model: { time: number; producer: string; sequence: number }[] = [];
      for (const step of steps) {
        if (step === null) {
          expect(buffer.peek()).toEqual(model[0]);
          expect(buffer.pop()).toEqual(model.shift());
        } else {
          buffer.push(step);
          model.push(step);
          model.sort(comparePositions);
        }
        expect(buffer.size).toBe(model.length);
        expect([...buffer.entries()].sort(comparePositions)).toEqual(model);
      }
    }),
  );
});

test('keeps the order over more entries than it compacts at', () => {
  const buffer = new ReorderBuffer();
  for (let sequence = 0; sequence < 5_000; sequence += 1)
    buffer.push({ time: sequence ^ 3, producer: 'a', sequence });
  for (let time = 0; time < 5_000; time += 1) expect(buffer.pop()?.time).toBe(time);
});
