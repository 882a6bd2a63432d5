import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { OpenedTable, TableOrigin } from './geoip.store';
import { NetworkTable, NetworkTableBuilder } from './network-table';
import { openTable } from './table-cache.store';

const FORMAT = 1;

/** The version of the package ends in the hour of its data: `2.3.YYYYMMDDHH`. */
function builtOn(version: string): string {
  const [, year, month, day] = /\.(\d{4})(\d{2})(\d{2})\d{2}$/.exec(version) ?? [];
  return year === undefined ? '' : `${year}-${month}-${day}`;
}

async function flatten(ipv4: string, ipv6: string, manifest: string) {
  const builder = new NetworkTableBuilder();
  builder.add(4, (await readFile(ipv4, 'utf8')).split('\n'));
  builder.add(6, (await readFile(ipv6, 'utf8')).split('\n'));
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const about: TableOrigin = {
    name: 'ip-location-db ASN',
    builtOn: builtOn(version),
    attribution: {
      text: 'AS numbers by RouteViews, DB-IP and NRO',
      url: 'https://github.com/sapics/ip-location-db',
      licence: 'CC BY 4.0',
    },
  };
  return { about, sections: builder.build().toSections() };
}

/**
 * Opens the table of networks (AS number and organisation). The first time the bundled CSV files are flattened, which takes
 * seconds and blocks the process; later the result is loaded from `cacheFolder`.
 * @throws Error when the bundled files cannot be read.
 */
export async function openNetworkTable(cacheFolder: string): Promise<OpenedTable<NetworkTable>> {
  const { resolve } = createRequire(__filename);
  const ipv4 = resolve('@ip-location-db/asn/asn-ipv4-num.csv');
  const ipv6 = resolve('@ip-location-db/asn/asn-ipv6.csv');
  const { about, sections, version, origin } = await openTable<TableOrigin>(cacheFolder, {
    name: 'networks',
    format: FORMAT,
    sources: [ipv4, ipv6],
    build: () => flatten(ipv4, ipv6, resolve('@ip-location-db/asn/package.json')),
  });
  return { table: NetworkTable.from(sections), about, version, origin };
}
