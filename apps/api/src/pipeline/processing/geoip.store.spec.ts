import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledGeoSources, openGeoTable } from './geoip.store';
import { openMmdb } from './mmdb-tree';
import { anMmdb } from './testing';

const sydney = { country_code: 'AU', state1: '', city: 'Sydney', latitude: -33.87, longitude: 151.21 };
const ADDRESS = 0x0100_0001;
let folder: string;
let database: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watchfloor-geoip-'));
  database = join(folder, 'city.mmdb');
  cache = join(folder, 'cache');
  await writeFile(database, anMmdb([['1.0.0.0/24', sydney]], { databaseType: 'GeoLite2-City' }));
});

afterEach(() => rm(folder, { recursive: true }));

test('a database is flattened once and loaded from the cache afterwards', async () => {
  const first = await openGeoTable(cache, database);
  const second = await openGeoTable(cache, database);
  expect([first.origin, second.origin]).toEqual(['built', 'cache']);
  expect(second.version).toBe(first.version);
  expect(second.table.ofIpv4(ADDRESS)).toEqual(first.table.ofIpv4(ADDRESS));
  expect(second.table.ofIpv4(ADDRESS)?.city_name).toBe('Sydney');
});

test('the day of the database and what its licence wants shown come with it, from the cache too', async () => {
  const { about } = await openGeoTable(cache, database);
  expect(about.builtOn).toBe('2026-05-28');
  expect(about.attribution.text).toContain('MaxMind');
  expect((await openGeoTable(cache, database)).about).toEqual(about);
});

test('a database that changed is flattened again and replaces the former table', async () => {
  const before = await openGeoTable(cache, database);
  await writeFile(database, anMmdb([['1.0.0.0/24', { ...sydney, city: 'Perth' }]]));
  await utimes(database, 1, 1);
  const after = await openGeoTable(cache, database);
  expect(after.origin).toBe('built');
  expect(after.version).not.toBe(before.version);
  expect(after.table.ofIpv4(ADDRESS)?.city_name).toBe('Perth');
  expect(await readdir(cache)).toEqual([`${after.version}.bin`]);
});

test('a table that was cut short is built anew', async () => {
  const { version } = await openGeoTable(cache, database);
  await truncate(join(cache, `${version}.bin`), 100);
  expect((await openGeoTable(cache, database)).origin).toBe('built');
  expect((await openGeoTable(cache, database)).origin).toBe('cache');
});

test('several openers at once all get the table and leave one file', async () => {
  const opened = await Promise.all(Array.from({ length: 4 }, () => openGeoTable(cache, database)));
  expect(opened.map(({ table }) => table.ofIpv4(ADDRESS)?.city_name)).toEqual(Array(4).fill('Sydney'));
  expect(await readdir(cache)).toHaveLength(1);
});

test('a cache folder that cannot be written costs the cache, not the table', async () => {
  const blocked = join(folder, 'a-file');
  await writeFile(blocked, '');
  const opened = await openGeoTable(join(blocked, 'cache'), database);
  expect(opened.origin).toBe('built');
  expect(opened.table.ofIpv4(ADDRESS)?.city_name).toBe('Sydney');
});

test('a file that is missing or no database is a fault', async () => {
  await writeFile(database, 'not a database');
  await expect(openGeoTable(cache, database)).rejects.toThrow();
  await expect(openGeoTable(cache, join(folder, 'missing.mmdb'))).rejects.toThrow('ENOENT');
});

test('the bundled database has a file for each family', async () => {
  const { ipv4, ipv6 } = bundledGeoSources();
  expect(openMmdb(await readFile(ipv4)).metadata.ipVersion).toBe(4);
  expect(openMmdb(await readFile(ipv6)).metadata.ipVersion).toBe(6);
});
