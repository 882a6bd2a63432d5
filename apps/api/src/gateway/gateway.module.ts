import { Module } from '@nestjs/common';
import type { Stage } from '@watchfloor/contracts';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Queue } from 'bullmq';
import type { Config } from '../config';
import { CONFIG } from '../config.module';
import { WindowStore } from '../pipeline/aggregation/window.store';
import { AlertStore } from '../pipeline/alerts/alert.store';
import { LedgerStore } from '../pipeline/ledger/ledger.store';
import { ProcessReports } from '../pipeline/process-reports.store';
import { QUEUES } from '../pipeline/stores.module';
import { KEYSPACE, PIPELINE_REDIS } from '../redis.module';
import { AlertsModule } from './alerts/alerts.module';
import { ChangeFollower } from './change-follower.lifecycle';
import { LiveUpdatesGateway } from './live-updates.gateway';
import { MetricsController } from './metrics.controller';
import { PipelineController } from './pipeline.controller';
import { GatewayFigures, PipelineMonitor } from './pipeline-monitor.lifecycle';
import { ResourcesModule } from './resources.module';
import { SIMULATION_PROVIDERS } from './simulations/simulation-providers.module';
import { ScenariosController, SimulationsController } from './simulations/simulations.controller';
import { SnapshotsController } from './snapshots.controller';

/** The role `gateway`: WebSocket frames and REST snapshots, from committed state only. */
@Module({
  imports: [ResourcesModule, AlertsModule],
  controllers: [
    SnapshotsController,
    PipelineController,
    MetricsController,
    ScenariosController,
    SimulationsController,
  ],
  providers: [
    { provide: GatewayFigures, useFactory: () => new GatewayFigures() },
    {
      provide: ChangeFollower,
      inject: [PIPELINE_REDIS, KEYSPACE, WindowStore, CONFIG],
      useFactory: (
        redis: RedisConnection,
        keys: Keyspace,
        windows: WindowStore,
        { partitions, trackedKeys }: Config,
      ) => new ChangeFollower(redis, keys, windows, { partitions, trackedKeys, clock: Date.now }),
    },
    {
      provide: PipelineMonitor,
      inject: [
        PIPELINE_REDIS,
        KEYSPACE,
        CONFIG,
        LedgerStore,
        ProcessReports,
        ChangeFollower,
        QUEUES,
        GatewayFigures,
        AlertStore,
      ],
      useFactory: (
        redis: RedisConnection,
        keys: Keyspace,
        { maxInFlightEvents, dedupeMaxIds }: Config,
        ...[ledger, processes, follower, queues, figures, alerts]: [
          LedgerStore,
          ProcessReports,
          ChangeFollower,
          ReadonlyMap<Stage, Queue>,
          GatewayFigures,
          AlertStore,
        ]
      ) =>
        new PipelineMonitor(
          redis,
          keys,
          { ledger, processes, follower, queues, figures, alerts },
          { clock: Date.now, maxInFlightEvents, dedupeMaxIds },
        ),
    },
    LiveUpdatesGateway,
    ...SIMULATION_PROVIDERS,
  ],
  exports: [ChangeFollower],
})
export class GatewayModule {}
