import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Global, Inject, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { STAGES } from '@watchfloor/contracts';
import { connectRedis, endUnlessAnswering, type Keyspace, type RedisConnection } from '@watchfloor/redis';
import type { Queue } from 'bullmq';
import type { Config } from '../config';
import { CONFIG } from '../config.module';
import { KEYSPACE, PIPELINE_REDIS, SHUTDOWN_ANSWER_MS } from '../redis.module';
import { WindowStore } from './aggregation/window.store';
import { AlertStore } from './alerts/alert.store';
import { CommitStore } from './commit.store';
import { DetectionMeter } from './detection/partition/detection-meter';
import { LedgerStore } from './ledger/ledger.store';
import { PartitionSettings } from './partition-settings.lifecycle';
import { ProcessReportPublisher } from './process-report.publisher';
import { ProcessReports } from './process-reports.store';
import { SegmentStore } from './segment.store';
import { EdgeLatency, StageStatistics, type Statistics } from './stage-statistics';
import { TOPOLOGY } from './topology';

/** Injection token of the connection of BullMQ. */
export const QUEUE_REDIS = Symbol('QueueRedis');
/** Injection token of the queues by stage. */
export const QUEUES = Symbol('Queues');
/** Injection token of the wall clock. */
export const CLOCK = Symbol('Clock');
/** Injection token of this process's statistics by stage. */
export const STATISTICS = Symbol('Statistics');

const processReport = {
  provide: ProcessReportPublisher,
  inject: [ProcessReports, CONFIG, STATISTICS, EdgeLatency, DetectionMeter],
  useFactory: (
    reports: ProcessReports,
    { roles, detection }: Config,
    statistics: Statistics,
    edgeLatency: EdgeLatency,
    meter: DetectionMeter,
  ) =>
    new ProcessReportPublisher(reports, {
      roles: [...roles],
      statistics: roles.has('worker') ? statistics : new Map(),
      clock: Date.now,
      detection: roles.has('worker') && detection ? meter : undefined,
      edgeP95Ms: () => edgeLatency.rotate(),
    }),
};

const queueRedis = {
  provide: QUEUE_REDIS,
  inject: [CONFIG],
  useFactory: (config: Config) => connectRedis(config.redisUrl, 'queue'),
};

/** The one BullMQ connection of this process. */
@Global()
@Module({ providers: [queueRedis], exports: [QUEUE_REDIS] })
export class QueueRedisModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(QUEUE_REDIS) private readonly connection: RedisConnection) {}

  async onModuleDestroy(): Promise<void> {
    await endUnlessAnswering(this.connection, SHUTDOWN_ANSWER_MS);
  }

  onApplicationShutdown(): void {
    this.connection.disconnect();
  }
}

const queues = BullModule.registerQueueAsync(
  ...TOPOLOGY.map(({ queue }) => ({
    name: queue,
    inject: [KEYSPACE, QUEUE_REDIS],
    useFactory: (keys: Keyspace, connection: RedisConnection) => ({
      connection,
      prefix: keys.queuePrefix(queue),
    }),
  })),
);

const stores = [
  {
    provide: PartitionSettings,
    inject: [PIPELINE_REDIS, KEYSPACE],
    useFactory: (redis: RedisConnection, keys: Keyspace) => new PartitionSettings(redis, keys),
  },
  { provide: CLOCK, useValue: Date.now },
  {
    provide: SegmentStore,
    inject: [PIPELINE_REDIS, KEYSPACE, CONFIG],
    useFactory: (redis: RedisConnection, keys: Keyspace, { faults }: Config) =>
      new SegmentStore(redis, keys, { compareAndSet: !faults.has('no-compare-and-set') }),
  },
  {
    provide: CommitStore,
    inject: [PIPELINE_REDIS, KEYSPACE, CONFIG],
    useFactory: (redis: RedisConnection, keys: Keyspace, { faults }: Config) =>
      new CommitStore(redis, keys, {
        compareAndSet: !faults.has('no-compare-and-set'),
        decisions: !faults.has('no-decision-record'),
      }),
  },
  {
    provide: LedgerStore,
    inject: [PIPELINE_REDIS, KEYSPACE],
    useFactory: (redis: RedisConnection, keys: Keyspace) => new LedgerStore(redis, keys),
  },
  {
    provide: WindowStore,
    inject: [PIPELINE_REDIS, KEYSPACE, CONFIG],
    useFactory: (redis: RedisConnection, keys: Keyspace, { trackedKeys, windowMemoryMb }: Config) =>
      new WindowStore(redis, keys, { trackedKeys, memoryBytes: windowMemoryMb * 2 ** 20, clock: Date.now }),
  },
  {
    provide: AlertStore,
    inject: [PIPELINE_REDIS, KEYSPACE],
    useFactory: (redis: RedisConnection, keys: Keyspace) => new AlertStore(redis, keys),
  },
  {
    provide: QUEUES,
    inject: TOPOLOGY.map(({ queue }) => getQueueToken(queue)),
    useFactory: (...all: Queue[]) => {
      // The connection reports its own failures; a queue would print each of them again.
      for (const queue of all) queue.on('error', () => undefined);
      return new Map(TOPOLOGY.map(({ stage }, i) => [stage, all[i]]));
    },
  },
  {
    provide: STATISTICS,
    useFactory: () => new Map(STAGES.map((stage) => [stage, new StageStatistics()])),
  },
  { provide: EdgeLatency, useFactory: () => new EdgeLatency() },
  { provide: DetectionMeter, useFactory: () => new DetectionMeter() },
  {
    provide: ProcessReports,
    inject: [PIPELINE_REDIS, KEYSPACE],
    useFactory: (redis: RedisConnection, keys: Keyspace) => new ProcessReports(redis, keys, Date.now),
  },
  processReport,
];

/** What every role reads and writes of the pipeline. */
@Global()
@Module({
  imports: [QueueRedisModule, queues],
  providers: stores,
  exports: [...stores.map(({ provide }) => provide), queues],
})
export class StoresModule {}
