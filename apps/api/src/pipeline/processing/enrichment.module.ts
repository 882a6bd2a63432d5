import { Module } from '@nestjs/common';
import type { Config } from '../../config';
import { CONFIG } from '../../config.module';
import { createLocate, type Locate } from './address-place';
import { openGeoTable, type OpenedTable } from './geoip.store';
import type { GeoTable } from './geo-table';
import type { NetworkTable } from './network-table';
import { openNetworkTable } from './networks.store';

/** Injection token of the function that finds the place of an address. */
export const LOCATE = Symbol('Locate');

/** Injection token of `EnrichmentSources`: the tables, with date and attribution of each. */
export const ENRICHMENT_SOURCES = Symbol('EnrichmentSources');

export interface EnrichmentSources {
  readonly geo: OpenedTable<GeoTable>;
  readonly networks: OpenedTable<NetworkTable>;
}

/** Opens the enrichment tables before the first work order is taken; the first start on a machine builds them. */
@Module({
  providers: [
    {
      provide: ENRICHMENT_SOURCES,
      inject: [CONFIG],
      useFactory: async ({ cacheDir, geoipCityDb }: Config): Promise<EnrichmentSources> => ({
        geo: await openGeoTable(cacheDir, geoipCityDb),
        networks: await openNetworkTable(cacheDir),
      }),
    },
    {
      provide: LOCATE,
      inject: [ENRICHMENT_SOURCES],
      useFactory: ({ geo, networks }: EnrichmentSources): Locate =>
        createLocate({ geo: geo.table, networks: networks.table }),
    },
  ],
  exports: [LOCATE, ENRICHMENT_SOURCES],
})
export class EnrichmentModule {}
