/**
 * Writes the world map and the country label points of the dashboard from the npm package world-atlas
 * (Natural Earth, public domain). The same packages give the same bytes: `node tools/map/build-world-map.mjs [FOLDER]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildLabelPoints, buildWorldMap } from './world-map.mjs';

const require = createRequire(import.meta.url);
const countries = require('i18n-iso-countries');
const workspace = fileURLToPath(new URL('../..', import.meta.url));

const ATTRIBUTION = `Made with Natural Earth. Free vector and raster map data at https://www.naturalearthdata.com (public domain).
Geometry: npm world-atlas 2.0.2 (ISC), 1:50m, cut at the antimeridian with d3-geo-projection.
Country codes: npm i18n-iso-countries (MIT). Label points: polylabel on the 1:10m set; eleven small territories and Kosovo by hand.
Rebuilt with: node tools/map/build-world-map.mjs
`;

const folder = process.argv[2] ?? join(workspace, 'apps/dashboard/public/map');
const atlas50m = require('world-atlas/countries-50m.json');
const atlas10m = require('world-atlas/countries-10m.json');
const map = JSON.stringify(buildWorldMap(atlas50m, countries));
const labels = buildLabelPoints([atlas10m, atlas50m], countries);
const labelLines = Object.entries(labels).map(
  ([code, [latitude, longitude, name]]) =>
    `  "${code}": [${latitude}, ${longitude}, ${JSON.stringify(name)}]`,
);

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'world-50m.topo.json'), map);
writeFileSync(join(folder, 'country-label-points.json'), `{\n${labelLines.join(',\n')}\n}\n`);
writeFileSync(join(folder, 'ATTRIBUTION.txt'), ATTRIBUTION);
console.log(
  `${folder}: map ${Math.round(map.length / 1000)} kB, ${Object.keys(labels).length} label points.`,
);
