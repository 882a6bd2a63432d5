import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import type { Stage } from '@watchfloor/contracts';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Queue } from 'bullmq';
import type { Config } from '../config';
import { CONFIG } from '../config.module';
import { KEYSPACE, PIPELINE_REDIS } from '../redis.module';
import { AlertStore } from './alerts/alert.store';
import { AggregationProcessor } from './aggregation/aggregation.processor';
import { WindowStore } from './aggregation/window.store';
import { CommitStore } from './commit.store';
import { CrashIsolation } from './crash-isolation/crash-isolation.consumer';
import { SuspectStore } from './crash-isolation/suspects.store';
import { DetectionThread } from './detection/partition/detection-thread.lifecycle';
import { DetectionThreadModule } from './detection/partition/detection-thread.module';
import { Dispatcher } from './dispatcher.lifecycle';
import { Drain } from './drain.lifecycle';
import { IngestProcessor } from './ingest/ingest.processor';
import { LoopWatchdog } from './loop-watchdog.lifecycle';
import { OrderConsumer } from './order.consumer';
import type { Locate } from './processing/address-place';
import { EnrichmentModule, LOCATE } from './processing/enrichment.module';
import { createSitePlan } from './processing/site-plan';
import { ProcessingProcessor } from './processing/processing.processor';
import { SegmentStore } from './segment.store';
import type { Statistics } from './stage-statistics';
import { QUEUE_REDIS, QUEUES, STATISTICS } from './stores.module';
import { TimelineSweep } from './timeline-sweep.lifecycle';

/** The fault `slow-channel-appends`: how long the gap between two of them is, in ms. */
const SLOW_APPEND_MS = 200;

/** The fault `marked-events-kill`: looking this address up ends the process as a crash of native code would. */
const KILLING_ADDRESS = '198.19.255.66';

function killedByMarked(locate: Locate): Locate {
  return (ip) => {
    if (ip === KILLING_ADDRESS) process.kill(process.pid, 'SIGKILL');
    return locate(ip);
  };
}

/** The role `worker`: the three queue consumers in pipeline order, and the dispatcher that gives them their orders. */
@Module({
  imports: [EnrichmentModule, DetectionThreadModule],
  providers: [
    {
      provide: OrderConsumer,
      inject: [SegmentStore, STATISTICS, PIPELINE_REDIS, KEYSPACE],
      useFactory: (segments: SegmentStore, statistics: Statistics, redis: RedisConnection, keys: Keyspace) =>
        new OrderConsumer(segments, statistics, Date.now, new CrashIsolation(new SuspectStore(redis, keys))),
    },
    {
      provide: IngestProcessor,
      inject: [OrderConsumer, CommitStore, CONFIG],
      useFactory: (orders: OrderConsumer, commits: CommitStore, { partitions }: Config) =>
        new IngestProcessor(orders, commits, Date.now, partitions),
    },
    {
      provide: ProcessingProcessor,
      inject: [OrderConsumer, CommitStore, LOCATE, CONFIG],
      useFactory: (orders: OrderConsumer, commits: CommitStore, locate: Locate, config: Config) =>
        new ProcessingProcessor(orders, commits, Date.now, {
          locate: config.faults.has('marked-events-kill') ? killedByMarked(locate) : locate,
          partitions: config.partitions,
          ...(config.faults.has('slow-channel-appends')
            ? { betweenAppends: () => delay(SLOW_APPEND_MS) }
            : {}),
        }),
    },
    {
      provide: AggregationProcessor,
      inject: [OrderConsumer, CommitStore, SegmentStore, WindowStore, CONFIG],
      useFactory: (
        orders: OrderConsumer,
        commits: CommitStore,
        segments: SegmentStore,
        windows: WindowStore,
        { partitions, recentEvents, site, detection }: Config,
      ) =>
        new AggregationProcessor(orders, commits, segments, windows, {
          partitions,
          recentEvents,
          siteOf: createSitePlan(site),
          detection,
        }),
    },
    {
      provide: Dispatcher,
      inject: [PIPELINE_REDIS, KEYSPACE, SegmentStore, QUEUES, OrderConsumer],
      useFactory: (
        redis: RedisConnection,
        keys: Keyspace,
        segments: SegmentStore,
        queues: ReadonlyMap<Stage, Queue>,
        orders: OrderConsumer,
      ) => new Dispatcher(redis, keys, segments, queues, { clock: Date.now, owner: randomUUID(), orders }),
    },
    {
      provide: TimelineSweep,
      inject: [PIPELINE_REDIS, KEYSPACE, AlertStore],
      useFactory: (redis: RedisConnection, keys: Keyspace, alerts: AlertStore) =>
        new TimelineSweep(redis, keys, alerts, Date.now),
    },
    { provide: LoopWatchdog, useFactory: () => new LoopWatchdog() },
    {
      provide: Drain,
      inject: [
        Dispatcher,
        IngestProcessor,
        ProcessingProcessor,
        AggregationProcessor,
        DetectionThread,
        QUEUE_REDIS,
        CONFIG,
      ],
      useFactory: (
        dispatcher: Dispatcher,
        ingest: IngestProcessor,
        processing: ProcessingProcessor,
        aggregation: AggregationProcessor,
        detection: DetectionThread,
        connection: RedisConnection,
        { workerConcurrency: concurrency }: Config,
      ) => new Drain(dispatcher, [ingest, processing, aggregation], detection, { concurrency, connection }),
    },
  ],
})
export class WorkerModule {}
