import { geoArea, geoEquirectangular } from 'd3-geo';
import { geoProject } from 'd3-geo-projection';
import polylabel from 'polylabel';
import { feature } from 'topojson-client';
import { topology } from 'topojson-server';

/**
 * Territories for which a GeoIP answer is possible but which Natural Earth draws as a part of another country,
 * or not at all, and Kosovo, which has no ISO number: `[latitude, longitude, name]`, by hand.
 */
const TERRITORY_LABEL_POINTS = {
  XK: [42.57, 20.87, 'Kosovo'],
  GF: [3.9, -53.1, 'French Guiana'],
  RE: [-21.1, 55.5, 'Réunion'],
  GP: [16.2, -61.5, 'Guadeloupe'],
  MQ: [14.65, -61, 'Martinique'],
  YT: [-12.8, 45.15, 'Mayotte'],
  SJ: [78.5, 18, 'Svalbard and Jan Mayen'],
  BV: [-54.42, 3.36, 'Bouvet Island'],
  BQ: [12.18, -68.25, 'Bonaire, Sint Eustatius and Saba'],
  TK: [-9.2, -171.8, 'Tokelau'],
  CX: [-10.49, 105.63, 'Christmas Island'],
  CC: [-12.17, 96.84, 'Cocos (Keeling) Islands'],
};

/** Grid steps per axis of the written map: 0.036 degrees of longitude, under a pixel up to zoom 5. */
const QUANTISATION = 1e4;

const LABEL_PRECISION_DEGREES = 0.01;

/**
 * Degrees in, degrees out (latitude downwards, as d3-geo tells outer rings from holes): projecting to a plate
 * carrée only makes d3-geo cut each ring at +-180 degrees.
 */
const cutAtAntimeridian = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .precision(0);

const round = (value, digits) => Number(value.toFixed(digits));

/** The ISO codes of a Natural Earth feature; Kosovo has the user-assigned XK, disputed areas have none. */
export function codesOf(name, number, countries) {
  if (name === 'Kosovo') return { iso2: 'XK', iso3: 'XKX', num: null };
  if (number === undefined) return { iso2: null, iso3: null, num: null };
  return {
    iso2: countries.numericToAlpha2(number) ?? null,
    iso3: countries.numericToAlpha3(number) ?? null,
    num: number,
  };
}

function ringArea(ring) {
  return Math.abs(
    ring.reduce((sum, [x, y], index) => {
      const [nextX, nextY] = ring[(index + 1) % ring.length];
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );
}

/** `[longitude, latitude]` well inside the largest polygon of a geometry in degrees. */
function labelPoint(geometry) {
  const largest = polygonsOf(geometry).reduce((best, polygon) =>
    ringArea(polygon[0]) > ringArea(best[0]) ? polygon : best,
  );
  return polylabel(largest, LABEL_PRECISION_DEGREES).slice(0, 2);
}

const polygonsOf = ({ type, coordinates }) => (type === 'Polygon' ? [coordinates] : coordinates);

/** d3-geo reads a ring wound the other way (the Maldives at 1:10m) as everything but the island. */
function wound(polygon) {
  const isWorldWithoutIt = geoArea({ type: 'Polygon', coordinates: polygon }) > 2 * Math.PI;
  return isWorldWithoutIt ? polygon.map((ring) => ring.toReversed()) : polygon;
}

/** The rings with latitude upwards again and `digits` decimals, without those that this makes empty. */
function rounded(polygon, digits) {
  return polygon
    .map((ring) => ring.map(([x, y]) => [round(x, digits), round(-y, digits)]))
    .filter((ring) => ringArea(ring) > 0);
}

function geometryOf(polygons) {
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0] }
    : { type: 'MultiPolygon', coordinates: polygons };
}

/** The countries of an atlas as GeoJSON features without a jump at +-180 degrees, coordinates of `digits` decimals. */
function cutFeatures(atlas, digits) {
  const { features } = feature(atlas, atlas.objects.countries);
  return features.flatMap(({ id, properties, geometry }) => {
    const whole = { type: 'MultiPolygon', coordinates: polygonsOf(geometry).map(wound) };
    const cut = polygonsOf(geoProject(whole, cutAtAntimeridian));
    const polygons = cut.map((rings) => rounded(rings, digits)).filter((rings) => rings.length > 0);
    return polygons.length === 0 ? [] : [{ id, properties, geometry: geometryOf(polygons) }];
  });
}

/**
 * The map that Leaflet draws: TopoJSON object `countries`, each geometry cut at the antimeridian, `id` = ISO2 (the
 * name where there is none), properties `{name, iso2, iso3, num, lon, lat}` with the label point.
 */
export function buildWorldMap(atlas, countries) {
  const features = cutFeatures(atlas, 2).map(({ geometry, properties: { name }, id }) => {
    const codes = codesOf(name, id, countries);
    const [lon, lat] = labelPoint(geometry).map((degrees) => round(degrees, 2));
    return {
      type: 'Feature',
      id: codes.iso2 ?? name,
      properties: { name, ...codes, lon, lat },
      geometry,
    };
  });
  return topology({ countries: { type: 'FeatureCollection', features } }, QUANTISATION);
}

/**
 * ISO2 -> `[latitude, longitude, name]` from the first atlas that has a polygon for it, plus the hand-made ones. The
 * finest comes first, for its small islands; the quantisation of 1:10m leaves nothing of the Vatican, 1:50m does.
 */
export function buildLabelPoints(atlases, countries) {
  const points = new Map();
  for (const { geometry, properties, id } of atlases.flatMap((atlas) => cutFeatures(atlas, 6))) {
    const { iso2 } = codesOf(properties.name, id, countries);
    if (iso2 === null || iso2 in TERRITORY_LABEL_POINTS || points.has(iso2)) continue;
    const [lon, lat] = labelPoint(geometry).map((degrees) => round(degrees, 3));
    points.set(iso2, [lat, lon, properties.name]);
  }
  return { ...Object.fromEntries(points), ...TERRITORY_LABEL_POINTS };
}
