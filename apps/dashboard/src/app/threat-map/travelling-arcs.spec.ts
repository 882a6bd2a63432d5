import fc from 'fast-check';
import type { Arc } from '@watchfloor/contracts';
import { arcCounts, depart, FADE_MS, MAX_TRAVELLING, phase, stillAlive, TRAVEL_MS } from './travelling-arcs';

const arc = (longitude: number, count: number): Arc => [10, longitude, 50, 8, count];

describe('travelling arcs', () => {
  it('set off only where a pair got new events', () => {
    const before = arcCounts([arc(1, 5), arc(2, 5)]);
    const alive = depart([], [arc(1, 5), arc(2, 6), arc(3, 1)], before, 0);
    expect(alive.map(({ arc: [, longitude] }) => longitude)).toEqual([2, 3]);
  });

  it('do not set off again while they are on their way', () => {
    const first = depart([], [arc(1, 1)], new Map(), 0);
    const second = depart(first, [arc(1, 2)], arcCounts([arc(1, 1)]), 100);
    expect(second).toEqual(first);
  });

  it('do not set off where source and target share a cell', () => {
    expect(depart([], [[50, 8, 50, 8, 3]], new Map(), 0)).toEqual([]);
  });

  it('are never more than the cap', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(600), (a, b) => {
        const some = (from: number, length: number) =>
          Array.from({ length }, (_, n) => arc((from + n) / 10, 1));
        const alive = depart(depart([], some(0, a), new Map(), 0), some(700, b), new Map(), 10);
        expect(alive.length).toBe(Math.min(MAX_TRAVELLING, a + b));
      }),
    );
  });

  it('are gone when they have travelled and faded', () => {
    const alive = depart([], [arc(1, 1)], new Map(), 1_000);
    expect(stillAlive(alive, 1_000 + TRAVEL_MS + FADE_MS - 1)).toHaveLength(1);
    expect(stillAlive(alive, 1_000 + TRAVEL_MS + FADE_MS)).toHaveLength(0);
  });

  it('go from the source to the target and then fade', () => {
    expect(phase(0, 0)).toEqual({ head: 0, tail: 0, opacity: 1 });
    expect(phase(0, TRAVEL_MS).head).toBe(1);
    expect(phase(0, TRAVEL_MS + FADE_MS / 2).opacity).toBeCloseTo(0.5);
  });
});
