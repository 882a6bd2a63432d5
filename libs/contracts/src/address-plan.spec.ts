import fc from 'fast-check';
import { addressIn, BLOCKS, blocksOf, placeOf, placeOfBlock, PLACES } from './address-plan';

const block = fc.integer({ min: 0, max: BLOCKS - 1 });
const octet = fc.integer({ min: 0, max: 255 });
const hextet = fc.integer({ min: 0, max: 0xffff });
const hex = (values: readonly number[]): string => values.map((value) => value.toString(16)).join(':');

test('every address of 198.18.0.0/15 is at the place of its /24', () => {
  fc.assert(
    fc.property(block, octet, (number, host) => {
      expect(placeOf(addressIn(number, host))).toBe(placeOfBlock(number));
      expect(placeOfBlock(number)).toBeDefined();
    }),
  );
});

test('every address of 2001:db8::/32 is at the place of its /48', () => {
  fc.assert(
    fc.property(hextet, fc.array(hextet, { minLength: 5, maxLength: 5 }), (network, rest) => {
      expect(placeOf(`2001:db8:${hex([network, ...rest])}`)).toBe(placeOfBlock(network % BLOCKS));
    }),
  );
});

test('a mapped and a compressed writing are at the same place as the plain one', () => {
  expect(placeOf('::ffff:198.19.7.1')).toBe(placeOf('198.19.7.1'));
  expect(placeOf('2001:db8::1')).toBe(placeOf('2001:0DB8:0:0:0:0:0:1'));
});

test('no address outside the ranges has a place', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (address) => {
      fc.pre(address >>> 17 !== 0xc612_0000 >>> 17);
      const text = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
      expect(placeOf(text)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.array(hextet, { minLength: 8, maxLength: 8 }), (groups) => {
      fc.pre(!(groups[0] === 0x2001 && groups[1] === 0xdb8));
      expect(placeOf(hex(groups))).toBeUndefined();
    }),
  );
});

test.each(['198.17.255.255', '198.20.0.0', '2001:db7:ffff::', '2001:db9::', '198.18.0', 'host', ''])(
  '%j, next to the ranges or no address, has no place',
  (text) => {
    expect(placeOf(text)).toBeUndefined();
  },
);

test('the blocks of a country are exactly those placed there', () => {
  const countries = [...new Set(PLACES.map(({ country }) => country))];
  expect(countries.flatMap(blocksOf).sort((a, b) => a - b)).toEqual([...Array(BLOCKS).keys()]);
  for (const country of countries) {
    expect(blocksOf(country).every((number) => placeOfBlock(number)?.country === country)).toBe(true);
  }
  expect(blocksOf('AQ')).toEqual([]);
});

test('places have real coordinates, a country name and an AS number reserved for documentation', () => {
  for (const { lat, lon, country, countryName, asn } of PLACES) {
    expect(Math.abs(lat)).toBeLessThanOrEqual(90);
    expect(Math.abs(lon)).toBeLessThanOrEqual(180);
    expect(country).toMatch(/^[A-Z]{2}$/);
    expect(countryName).not.toBe(country);
    expect((asn >= 64_496 && asn <= 64_511) || (asn >= 65_536 && asn <= 65_551)).toBe(true);
  }
});

test('a block or host outside the plan is refused', () => {
  expect(() => addressIn(BLOCKS, 1)).toThrow(RangeError);
  expect(() => addressIn(-1, 1)).toThrow(RangeError);
  expect(() => addressIn(0, 256)).toThrow(RangeError);
  expect(() => addressIn(0.5, 1)).toThrow(RangeError);
});
