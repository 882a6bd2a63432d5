import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { Config } from '../../../config';
import { CONFIG } from '../../../config.module';
import { KEYSPACE, PIPELINE_REDIS } from '../../../redis.module';
import { AlertStore } from '../../alerts/alert.store';
import { partitionOf } from '../../partitioning';
import { ProcessReports } from '../../process-reports.store';
import { SegmentStore } from '../../segment.store';
import { RuleFiles } from '../rule-files.store';
import { ArrivalsStore } from './arrivals.store';
import { CheckpointStore } from './checkpoint.store';
import { DetectionMeter } from './detection-meter';
import { DetectionRunner } from './detection.lifecycle';
import { LeaseStore } from './lease.store';
import { MarkedStore } from './marked.store';
import { OutboxStore } from './outbox.store';
import { PartitionFollower } from './partition-follower.consumer';

/** Detection behind aggregation. A worker has it on a thread of its own; what it needs of others are their keys in Redis. */
@Module({
  providers: [
    { provide: DetectionMeter, useFactory: () => new DetectionMeter() },
    {
      provide: DetectionRunner,
      inject: [PIPELINE_REDIS, KEYSPACE, CONFIG, DetectionMeter],
      useFactory: (
        redis: RedisConnection,
        keys: Keyspace,
        { partitions, detection, rulesDir }: Config,
        meter: DetectionMeter,
      ) => {
        const files = new RuleFiles(rulesDir);
        const stores = {
          marked: new MarkedStore(redis, keys),
          checkpoints: new CheckpointStore(redis, keys),
          outbox: new OutboxStore(redis, keys),
          alerts: new AlertStore(redis, keys),
        };
        const arrivals = new ArrivalsStore(redis, keys, new SegmentStore(redis, keys));
        const reports = new ProcessReports(redis, keys, Date.now);
        const judgeOf = (group: string) => partitionOf(group, partitions);
        const following = { rules: () => files.current.rules, partitions, judgeOf, clock: Date.now, meter };
        return new DetectionRunner(new LeaseStore(redis, keys), arrivals, {
          isOn: detection,
          files,
          owner: randomUUID(),
          partitions,
          clock: Date.now,
          meter,
          liveWorkers: async () => (await reports.read()).filter((report) => report.detection).length,
          follow: (partition, token) => new PartitionFollower(partition, token, stores, following),
        });
      },
    },
  ],
  exports: [DetectionMeter],
})
export class DetectionModule {}
