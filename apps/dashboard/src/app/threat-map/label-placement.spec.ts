import fc from 'fast-check';
import { placeLabels } from './label-placement';

const VIEW = { width: 800, height: 400 };
const LINE = 16;

const boxes = fc.array(
  fc.record({
    x: fc.integer({ min: -50, max: 850 }),
    y: fc.integer({ min: -50, max: 450 }),
    width: fc.integer({ min: 20, max: 160 }),
  }),
  { maxLength: 40 },
);

describe('map labels', () => {
  it('never lie over each other or outside the view', () => {
    fc.assert(
      fc.property(boxes, (candidates) => {
        const placed = placeLabels(candidates, LINE, VIEW);
        placed.forEach((a, index) => {
          expect(a.x >= 0 && a.x + a.width <= VIEW.width && a.y >= LINE && a.y <= VIEW.height - LINE).toBe(
            true,
          );
          for (const b of placed.slice(index + 1)) {
            expect(Math.abs(a.y - b.y) >= LINE || a.x > b.x + b.width || b.x > a.x + a.width).toBe(true);
          }
        });
      }),
    );
  });

  it('give the place to the more important one', () => {
    const placed = placeLabels(
      [
        { x: 100, y: 100, width: 500 },
        { x: 120, y: 104, width: 500 },
      ],
      LINE,
      VIEW,
    );
    expect(placed.map(({ y }) => y)).toEqual([100]);
  });

  it('stand left of their place where the view ends', () => {
    const [label] = placeLabels([{ x: 780, y: 100, width: 60 }], LINE, VIEW);
    expect(label?.x).toBe(710);
  });
});
