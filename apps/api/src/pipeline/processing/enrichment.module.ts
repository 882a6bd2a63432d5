import { Module } from '@nestjs/common';
import type { NormalisedEvent } from '@watchfloor/contracts';
import type { Config } from '../../config';
import { CONFIG } from '../../config.module';
import { createEnricher } from './enrich';
import { openGeoTable, type OpenedTable } from './geoip.store';
import type { GeoTable } from './geo-table';
import type { NetworkTable } from './network-table';
import { openNetworkTable } from './networks.store';

/** Injection token of the function that enriches an event in place. */
export const ENRICH = Symbol('Enrich');

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
      provide: ENRICH,
      inject: [ENRICHMENT_SOURCES],
      useFactory: ({ geo, networks }: EnrichmentSources): ((event: NormalisedEvent) => void) =>
        createEnricher({ geo: geo.table, networks: networks.table }),
    },
  ],
  exports: [ENRICH, ENRICHMENT_SOURCES],
})
export class EnrichmentModule {}
