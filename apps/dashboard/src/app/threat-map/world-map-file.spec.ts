/** @jest-environment node */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { CountryProperties } from './world-geometry';

interface MapProperties extends CountryProperties {
  readonly iso3: string | null;
  readonly num: string | null;
  readonly lon: number;
  readonly lat: number;
}

type World = Topology<{ countries: GeometryCollection<MapProperties> }>;
type LabelPoints = Record<string, [number, number, string]>;

const workspace = join(__dirname, '../../../../..');
const published = join(workspace, 'apps/dashboard/public/map');
const reference = join(workspace, '../shared/geo');

const read = <T>(folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
const world = read<World>(published, 'world-50m.topo.json');
const labels = read<LabelPoints>(published, 'country-label-points.json');

function countriesOf(map: World) {
  return map.objects.countries.geometries.flatMap(({ id, type, properties }) =>
    properties && 'iso2' in properties ? [{ id, type, properties }] : [],
  );
}

function ringsOf(): { id: string; ring: Position[] }[] {
  return feature(world, world.objects.countries).features.flatMap(({ id, geometry }) => {
    if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return [];
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    return polygons.flat().map((ring) => ({ id: String(id), ring }));
  });
}

describe('the map file', () => {
  it('is what the script writes, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'world-map-'));
    execFileSync(process.execPath, [join(workspace, 'tools/map/build-world-map.mjs'), folder]);
    for (const file of ['world-50m.topo.json', 'country-label-points.json', 'ATTRIBUTION.txt']) {
      expect(readFileSync(join(folder, file)).equals(readFileSync(join(published, file)))).toBe(true);
    }
    rmSync(folder, { recursive: true });
  });

  it('has no line across the map: every ring is cut at the antimeridian', () => {
    const jumps = ringsOf().filter(({ ring }) =>
      ring.some(([longitude = 0], index) => Math.abs(longitude - (ring[index - 1]?.[0] ?? longitude)) > 180),
    );
    expect(jumps.map(({ id }) => id)).toEqual([]);
  });

  it('keeps the holes of countries around others', () => {
    const rings = ringsOf().filter(({ id }) => id === 'ZA');
    const lesotho = labels['LS'];
    expect(rings.some(({ ring }) => ring.every(([x = 0, y = 0]) => near(x, y, lesotho)))).toBe(true);
  });

  it('names every country by its ISO code and has a label point for each', () => {
    const coded = countriesOf(world).filter(({ properties }) => properties.iso2 !== null);
    expect(coded.every(({ id, properties }) => id === properties.iso2)).toBe(true);
    expect(coded.filter(({ id }) => !(String(id) in labels))).toEqual([]);
    expect(labels['GP']).toEqual([16.2, -61.5, 'Guadeloupe']);
  });

  it('agrees with the reference set, where it lies beside the workspace', () => {
    if (!existsSync(reference)) {
      console.info('Not compared: there is no reference set in ../shared/geo.');
      return;
    }
    const expected = read<World>(reference, 'world-50m.leaflet.topo.json');
    const form = (map: World) =>
      countriesOf(map).map(({ id, type, properties: { name, iso2, iso3, num } }) => [
        id,
        type,
        name,
        iso2,
        iso3,
        num,
      ]);
    expect(form(world)).toEqual(form(expected));
    const names = (points: LabelPoints) =>
      Object.entries(points)
        .map(([code, [, , name]]) => `${code} ${name}`)
        .sort();
    const expectedLabels = read<LabelPoints>(reference, 'country-label-points.json');
    expect(names(labels)).toEqual(names(expectedLabels));
  });
});

function near(x: number, y: number, point: [number, number, string] | undefined): boolean {
  return point !== undefined && Math.abs(y - point[0]) < 2 && Math.abs(x - point[1]) < 2;
}
