import fc from 'fast-check';
import { LineQueue, type NativeLine } from './line-queue';

const line = (arrivalUs: number, text: string): NativeLine => ({
  text,
  lane: { index: 0, dataset: 'openssh', host: undefined },
  arrivalUs,
  eventUs: 0,
  truth: undefined,
  source: undefined,
  reached: undefined,
  target: 'bastion01',
  malformed: false,
});

describe('LineQueue', () => {
  it('gives lines by arrival, and those of one moment in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (arrivals) => {
        const queue = new LineQueue();
        arrivals.forEach((arrivalUs, at) => queue.push(line(arrivalUs, `${at}`)));
        const expected = arrivals
          .map((arrivalUs, at) => ({ arrivalUs, text: `${at}` }))
          .sort((a, b) => a.arrivalUs - b.arrivalUs || Number(a.text) - Number(b.text));
        const popped = arrivals.map(() => queue.pop());
        expect(popped.map((next) => next?.text)).toEqual(expected.map(({ text }) => text));
        expect(queue.pop()).toBeUndefined();
      }),
    );
  });

  it('stays in order while lines come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 100 }))), (steps) => {
        const queue = new LineQueue();
        const held: number[] = [];
        for (const step of steps) {
          if (step !== null) {
            queue.push(line(step, ''));
            held.push(step);
            held.sort((a, b) => a - b);
          } else {
            expect(queue.pop()?.arrivalUs).toBe(held.shift());
          }
          expect(queue.firstArrivalUs).toBe(held[0] ?? Infinity);
        }
      }),
    );
  });
});
