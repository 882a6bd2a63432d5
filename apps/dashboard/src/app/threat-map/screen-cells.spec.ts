import fc from 'fast-check';
import type { Cell } from '@watchfloor/contracts';
import { toCellColumns } from '../live-state/cell-columns';
import { binCells, cellDegrees, cellSidePx } from './screen-cells';

const cell = fc.tuple(
  fc.integer({ min: -90, max: 89 }).map((degrees) => degrees + 0.5),
  fc.integer({ min: -180, max: 179 }).map((degrees) => degrees + 0.5),
  fc.integer({ min: 1, max: 100_000 }),
) as fc.Arbitrary<Cell>;

describe('drawn cells', () => {
  it('hold every event of the cells that they are made from, at any size', () => {
    fc.assert(
      fc.property(fc.array(cell), fc.constantFrom(1, 2, 4, 8), (cells, degrees) => {
        const drawn = binCells(toCellColumns(cells), degrees);
        const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
        expect(sum(drawn.map(({ count }) => count))).toBe(sum(cells.map(([, , count]) => count)));
      }),
    );
  });

  it('lie where the events are', () => {
    fc.assert(
      fc.property(cell, fc.constantFrom(1, 2, 4, 8), ([latitude, longitude, count], degrees) => {
        const [drawn] = binCells(toCellColumns([[latitude, longitude, count]]), degrees);
        expect(Math.abs((drawn?.latitude ?? 999) - latitude)).toBeLessThanOrEqual(degrees / 2);
        expect(Math.abs((drawn?.longitude ?? 999) - longitude)).toBeLessThanOrEqual(degrees / 2);
      }),
    );
  });

  it('are drawn from the quietest to the busiest', () => {
    const drawn = binCells(
      toCellColumns([
        [0.5, 0.5, 9],
        [10.5, 0.5, 2],
        [20.5, 0.5, 5],
      ]),
      1,
    );
    expect(drawn.map(({ count }) => count)).toEqual([2, 5, 9]);
  });

  it('span fewer degrees as the map grows, and never become too small to see', () => {
    expect([0.5, 1, 2, 3, 6].map((scale) => cellDegrees(scale, 16))).toEqual([8, 8, 4, 2, 1]);
    expect(cellSidePx(0.2, 16)).toBeGreaterThan(5);
    expect(cellSidePx(500, 16)).toBeLessThan(30);
  });
});
