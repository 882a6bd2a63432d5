import * as fc from 'fast-check';
import { ALL_ROWS, formatCursor, NEWEST, parseCursor } from './stream-cursor';

const number = fc.integer({ min: 0, max: 10 ** 15 - 1 });
const position = fc.record({
  id: fc.tuple(number, number).map(([ms, sequence]) => `${ms}-${sequence}`),
  row: fc.integer({ min: 0, max: ALL_ROWS }),
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('comes back as the positions it was made of', () => {
    fc.assert(
      fc.property(fc.array(position, { maxLength: 8 }), (positions) => {
        expect(parseCursor(formatCursor(positions), positions.length)).toEqual(positions);
      }),
    );
  });

  it('holds the beginning of a list', () => {
    expect(parseCursor(formatCursor([NEWEST]), 1)).toEqual([NEWEST]);
  });

  it('is refused, never thrown at, when it is any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCursor(text, 4)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['is of another number of partitions', encode([['1-0', 0]])],
    [
      'has a row below zero',
      encode([
        ['1-0', -1],
        ['1-0', 0],
      ]),
    ],
    [
      'has a row that is no whole number',
      encode([
        ['1-0', 0.5],
        ['1-0', 0],
      ]),
    ],
    [
      'has an id that is none',
      encode([
        ['+', 0],
        ['1-0', 0],
      ]),
    ],
    [
      'has an id behind a bracket',
      encode([
        ['(1-0', 0],
        ['1-0', 0],
      ]),
    ],
    [
      'has more than a pair',
      encode([
        ['1-0', 0, 0],
        ['1-0', 0],
      ]),
    ],
    ['is an object', encode({ 0: ['1-0', 0], length: 2 })],
    [
      'has characters after its end',
      `${encode([
        ['1-0', 0],
        ['1-0', 0],
      ])}=`,
    ],
    ['is nothing', ''],
  ])('is refused when it %s', (_, text) => {
    expect(parseCursor(text, 2)).toBeUndefined();
  });
});
