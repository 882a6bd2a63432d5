import fc from 'fast-check';
import { arcEnds, arcOf, cellCentre, cellOf } from './cell';

const LAST_CELL = 64_799;
const cell = fc.integer({ min: 0, max: LAST_CELL });
const lat = fc.double({ min: -90, max: 90, noNaN: true });
const lon = fc.double({ min: -180, max: 180, noNaN: true });

describe('a map cell', () => {
  it('holds every place within half a degree of its centre', () => {
    fc.assert(
      fc.property(lat, lon, (north, east) => {
        const [centreLat, centreLon] = cellCentre(cellOf(north, east));
        expect(Math.abs(north - centreLat)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(east - centreLon)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('is the cell of its own centre', () => {
    fc.assert(fc.property(cell, (one) => expect(cellOf(...cellCentre(one))).toBe(one)));
  });

  it.each([
    ['the south pole in the first row', -90, -180, 0],
    ['the north pole in the last row', 90, 179.5, LAST_CELL],
    ['the antimeridian from the west in the first column', 0, -180, 90 * 360],
    ['the antimeridian from the east in the last column', 0, 180, 91 * 360 - 1],
    ['the equator and the prime meridian in the cell to their north-east', 0, 0, 90 * 360 + 180],
    ['what is just south-west of them in the cell before', -0.001, -0.001, 89 * 360 + 179],
  ])('counts %s', (_where, north, east, expected) => {
    expect(cellOf(north, east)).toBe(expected);
  });
});

describe('an arc', () => {
  it('has the two cells that it was made of, in their order', () => {
    fc.assert(
      fc.property(cell, cell, (source, target) => {
        expect(arcEnds(arcOf(source, target))).toEqual([source, target]);
      }),
    );
  });

  it('of the farthest cells is still an exact number', () => {
    expect(Number.isSafeInteger(arcOf(LAST_CELL, LAST_CELL))).toBe(true);
  });
});
