import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Config } from '../config';
import { CONFIG } from '../config.module';
import { LedgerStore } from '../pipeline/ledger/ledger.store';
import { EdgeLatency } from '../pipeline/stage-statistics';
import { EdgeLatencyMeter } from './edge-latency.lifecycle';
import { EdgeModule } from './edge.module';
import { InFlightGauge } from './in-flight.gauge';
import { LoadGauges } from './load-gauge';

/** What the edge and the pipeline behind it tell each other: how full it is, and how long answers take. */
@Module({
  imports: [EdgeModule],
  providers: [
    {
      provide: InFlightGauge,
      inject: [LedgerStore, CONFIG, LoadGauges],
      useFactory: (ledgers: LedgerStore, { maxInFlightEvents }: Config, gauges: LoadGauges) =>
        new InFlightGauge(ledgers, maxInFlightEvents, gauges),
    },
    {
      provide: EdgeLatencyMeter,
      inject: [HttpAdapterHost, EdgeLatency],
      useFactory: (adapter: HttpAdapterHost, latency: EdgeLatency) => new EdgeLatencyMeter(adapter, latency),
    },
  ],
})
export class EdgeLoadModule {}
