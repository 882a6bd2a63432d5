import fc from 'fast-check';
import { RangeBuilder } from './range-builder';
import { findIpv4, findIpv6 } from './range-table';

/** What the table must say: the record of the last start at or below the key. */
const expectedRecord = (ranges: readonly (readonly [number, number])[], key: number): number =>
  ranges.filter(([start]) => start <= key).at(-1)?.[1] ?? 0;

const record = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 65_530, max: 65_540 }),
);
/** Starts that crowd in few upper parts as well as lie far apart. */
const startBelow = (limit: number) =>
  fc.oneof(fc.integer({ min: 0, max: limit }), fc.integer({ min: 0, max: 0x3_0000 }));
const rangesBelow = (limit: number) =>
  fc
    .uniqueArray(fc.tuple(startBelow(limit), record), { selector: ([start]) => start, maxLength: 40 })
    .map((ranges) => ranges.sort(([a], [b]) => a - b));

const builderOf = (ranges: readonly (readonly [number, number])[]): RangeBuilder => {
  const builder = new RangeBuilder();
  for (const [start, value] of ranges) builder.add(start, value);
  return builder;
};

test('an IPv4 address has the record of the range that it lies in, at the edges too', () => {
  const limit = 2 ** 32 - 1;
  fc.assert(
    fc.property(rangesBelow(limit), startBelow(limit), (ranges, address) => {
      const table = builderOf(ranges).toIpv4();
      const edges = ranges.flatMap(([start]) => [start, Math.max(0, start - 1), Math.min(limit, start + 1)]);
      for (const key of [address, ...edges, 0, limit]) {
        expect(findIpv4(table, key)).toBe(expectedRecord(ranges, key));
      }
    }),
  );
});

test('an IPv6 address has the record of the range that its /48 lies in', () => {
  const limit = 2 ** 48 - 1;
  fc.assert(
    fc.property(rangesBelow(limit), startBelow(limit), fc.nat(0xffff), (ranges, network, rest) => {
      const table = builderOf(ranges).toIpv6();
      const edges = ranges.flatMap(([start]) => [start, Math.max(0, start - 1), Math.min(limit, start + 1)]);
      for (const key of [network, ...edges, 0, limit]) {
        const second = (key % 0x1_0000) * 0x1_0000 + rest;
        expect(findIpv6(table, Math.floor(key / 0x1_0000), second)).toBe(expectedRecord(ranges, key));
      }
    }),
  );
});

test('neighbours of the same record become one range', () => {
  const table = builderOf([
    [10, 7],
    [20, 7],
    [30, 0],
    [40, 0],
    [50, 7],
  ]).toIpv4();
  expect([...table.lows]).toEqual([10, 30, 50]);
});

test('starts that descend and record numbers that do not fit are refused', () => {
  expect(() =>
    builderOf([
      [10, 1],
      [9, 2],
    ]),
  ).toThrow('ascend');
  expect(() => builderOf([[10, 2 ** 24]])).toThrow('records');
});
