import fc from 'fast-check';
import { greatCircle, type GeoPoint } from './great-circle';

const place = fc.tuple(
  fc.double({ min: -85, max: 85, noNaN: true }),
  fc.double({ min: -180, max: 180, noNaN: true }),
) as fc.Arbitrary<GeoPoint>;

const steps = (line: readonly GeoPoint[]) =>
  line.slice(1).map((point, index) => Math.abs(point[1] - (line[index]?.[1] ?? 0)));

describe('a great circle on a flat map', () => {
  it('begins and ends where it should', () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        const lines = greatCircle(from, to);
        expect(lines[0]?.[0]).toEqual(from);
        expect(lines.at(-1)?.at(-1)).toEqual(to);
      }),
    );
  });

  it('never jumps across the map', () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        for (const line of greatCircle(from, to)) {
          expect(Math.max(0, ...steps(line))).toBeLessThanOrEqual(180);
        }
      }),
    );
  });

  it('leaves at one edge and comes in at the other, at the same latitude', () => {
    const [first = [], second = []] = greatCircle([-36.8, 174.8], [47.6, -122.3]);
    const leaving = first.at(-1);
    const entering = second[0];
    expect(leaving?.[1]).toBe(180);
    expect(entering?.[1]).toBe(-180);
    expect(entering?.[0]).toBe(leaving?.[0]);
  });

  it('goes over the north from one side of the Pacific to the other', () => {
    const points = greatCircle([35.7, 139.7], [41.9, -87.6]).flat();
    expect(Math.max(...points.map(([latitude]) => latitude))).toBeGreaterThan(55);
  });

  it('is one line where it does not meet the antimeridian', () => {
    expect(greatCircle([50, 8], [22, 114])).toHaveLength(1);
  });
});
