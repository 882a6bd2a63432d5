import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** What the map script writes about each country; disputed areas have no code. */
export interface CountryProperties {
  readonly name: string;
  readonly iso2: string | null;
}

export type Country = Feature<Polygon | MultiPolygon, CountryProperties>;

type Countries = FeatureCollection<Polygon | MultiPolygon, CountryProperties>;
type World = Topology<{ countries: GeometryCollection<CountryProperties> }>;

/** ISO2 -> `[latitude, longitude, name]`. */
export type LabelPoints = Readonly<Record<string, readonly [number, number, string]>>;

/** The countries of the bundled map file. Rejects when it cannot be loaded. */
export async function loadCountries(): Promise<Countries> {
  const world = await loadAsset<World>('map/world-50m.topo.json');
  return feature(world, world.objects.countries) as Countries;
}

/** Where the names of countries stand. Rejects when the file cannot be loaded. */
export function loadLabelPoints(): Promise<LabelPoints> {
  return loadAsset('map/country-label-points.json');
}

async function loadAsset<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}
