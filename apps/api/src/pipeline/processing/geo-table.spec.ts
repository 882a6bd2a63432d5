import { readAddress, type Geo } from '@watchfloor/contracts';
import { GeoTable } from './geo-table';
import { GeoTableBuilder } from './geo-table-builder';
import { openMmdb } from './mmdb-tree';
import { packSections, unpackSections } from './sections';
import { anMmdb, type MmdbEntry, type MmdbOptions } from './testing';

const sydney = {
  country_code: 'AU',
  state1: 'New South Wales',
  city: 'Sydney',
  latitude: -33.8688,
  longitude: 151.209,
};
const perth = { country_code: 'AU', state1: '', city: 'Perth', latitude: -31.9523, longitude: 115.8613 };
const paris = { country_code: 'FR', state1: '', city: 'Paris', latitude: 48.8534, longitude: 2.3488 };
const cityless = { country_code: 'FR', state1: '', city: '', latitude: 1.5, longitude: 1.5 };
const zurich = {
  country: { iso_code: 'CH', names: { en: 'Switzerland' } },
  subdivisions: [{ names: { en: 'Zurich' } }],
  city: { names: { de: 'Zürich', en: 'Zürich' } },
  location: { latitude: 47.3667, longitude: 8.55 },
};

const flattened = (entries: readonly MmdbEntry[], options: MmdbOptions = {}): GeoTable => {
  const builder = new GeoTableBuilder();
  const file = openMmdb(anMmdb(entries, options));
  builder.addIpv4(file);
  builder.addIpv6(file);
  return builder.build();
};

const placeOf = (table: GeoTable, address: string): Geo | undefined => {
  const words = new Uint32Array(4);
  const family = readAddress(address, words);
  const [first = 0, second = 0] = words;
  return family === 4 ? table.ofIpv4(first) : table.ofIpv6(first, second);
};
const cityOf = (table: GeoTable, address: string): string | undefined => placeOf(table, address)?.city_name;

test.each([24, 28, 32] as const)('a file with records of %i bits is read', (recordSize) => {
  const table = flattened(
    [
      ['1.0.0.0/24', sydney],
      ['1.0.1.128/25', paris],
    ],
    { recordSize },
  );
  expect(
    ['0.255.255.255', '1.0.0.0', '1.0.0.255', '1.0.1.127', '1.0.1.128', '1.0.1.255', '1.0.2.0'].map((ip) =>
      cityOf(table, ip),
    ),
  ).toEqual([undefined, 'Sydney', 'Sydney', undefined, 'Paris', 'Paris', undefined]);
});

test('a place has the coordinates of its city to a hundredth of a degree', () => {
  expect(placeOf(flattened([['1.0.0.0/24', sydney]]), '1.0.0.1')).toEqual({
    location: { lat: -33.87, lon: 151.21 },
    country_iso_code: 'AU',
    country_name: 'Australia',
    region_name: 'New South Wales',
    city_name: 'Sydney',
    precision: 'city',
  });
});

test('a missing city, written as an empty text, gives the label point of the country and says so', () => {
  const place = placeOf(flattened([['1.0.0.0/24', cityless]]), '1.0.0.1');
  expect(place).toMatchObject({ country_iso_code: 'FR', country_name: 'France', precision: 'country' });
  expect(place).not.toHaveProperty('city_name');
  expect(place?.location?.lat).toBeCloseTo(46.67, 0);
});

test('a country database, which has no coordinates, gives label points', () => {
  const flat = placeOf(flattened([['1.0.0.0/24', { country_code: 'JP' }]]), '1.0.0.1');
  const nested = placeOf(flattened([['1.0.0.0/24', { country: { iso_code: 'JP' } }]]), '1.0.0.1');
  expect(flat).toMatchObject({ country_iso_code: 'JP', precision: 'country' });
  expect(flat?.location?.lat).toBeCloseTo(36, -1);
  expect(nested).toEqual(flat);
});

test('the nested schema of GeoLite2 is read with its English names', () => {
  expect(placeOf(flattened([['1.0.0.0/24', zurich]]), '1.0.0.1')).toEqual({
    location: { lat: 47.37, lon: 8.55 },
    country_iso_code: 'CH',
    country_name: 'Switzerland',
    region_name: 'Zurich',
    city_name: 'Zürich',
    precision: 'city',
  });
});

test('a record without a country is no place', () => {
  expect(placeOf(flattened([['1.0.0.0/24', { city: 'Nowhere' }]]), '1.0.0.1')).toBeUndefined();
});

test('a file for IPv4 knows no IPv6 address', () => {
  const table = flattened([['32.0.0.0/3', sydney]]);
  expect(cityOf(table, '32.0.0.1')).toBe('Sydney');
  expect(placeOf(table, '2001:4860::1')).toBeUndefined();
});

test('a file for both finds IPv4 under ::/96 and not where IPv4 is repeated', () => {
  const table = flattened(
    [
      ['1.0.0.0/24', sydney],
      ['2a00:1450::/32', paris],
    ],
    { ipVersion: 6, aliases: ['2002::/16', '2001::/32'] },
  );
  expect(cityOf(table, '1.0.0.1')).toBe('Sydney');
  expect(cityOf(table, '::ffff:1.0.0.1')).toBe('Sydney');
  expect(cityOf(table, '2a00:1450:1:2::3')).toBe('Paris');
  expect(cityOf(table, '2002:100:1::')).toBeUndefined();
  expect(cityOf(table, '2001:0:100:1::')).toBeUndefined();
});

test('parts of one /48 answer with what they have in common', () => {
  const inside = (network: string, first: unknown, second: unknown): readonly MmdbEntry[] => [
    [`${network}::/49`, first],
    [`${network}:8000::/49`, second],
  ];
  const table = flattened(
    [
      ...inside('2a00:0:1', sydney, sydney),
      ...inside('2a00:0:2', sydney, perth),
      ...inside('2a00:0:3', sydney, paris),
      ['2a00:0:4::/48', perth],
    ],
    { ipVersion: 6 },
  );
  expect(cityOf(table, '2a00:0:1:ffff::1')).toBe('Sydney');
  expect(placeOf(table, '2a00:0:2::1')).toMatchObject({ country_iso_code: 'AU', precision: 'country' });
  expect(placeOf(table, '2a00:0:3::1')).toBeUndefined();
  expect(cityOf(table, '2a00:0:4::1')).toBe('Perth');
});

test('one place is one object, which nobody can change', () => {
  const table = flattened([['1.0.0.0/24', sydney]]);
  expect(placeOf(table, '1.0.0.1')).toBe(placeOf(table, '1.0.0.2'));
  expect(Object.isFrozen(placeOf(table, '1.0.0.1'))).toBe(true);
});

test('a table that was written and read back answers the same', () => {
  const table = flattened(
    [
      ['1.0.0.0/24', zurich],
      ['2a00:1450::/32', paris],
    ],
    { ipVersion: 6 },
  );
  const file = unpackSections(packSections({ made: 'here' }, table.toSections()));
  expect(file?.about).toEqual({ made: 'here' });
  const again = GeoTable.from(file?.sections ?? {});
  for (const address of ['1.0.0.1', '1.0.1.0', '2a00:1450::1', '2a01::']) {
    expect(placeOf(again, address)).toEqual(placeOf(table, address));
  }
});

test('a file that is cut short or something else is not read', () => {
  const file = packSections({}, flattened([['1.0.0.0/24', sydney]]).toSections());
  expect(unpackSections(file.subarray(0, file.length - 1))).toBeUndefined();
  expect(unpackSections(file.subarray(0, 4))).toBeUndefined();
  expect(unpackSections(new TextEncoder().encode('something else altogether'))).toBeUndefined();
  expect(() => GeoTable.from({})).toThrow('section');
});
