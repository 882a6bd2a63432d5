import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { AlertStore } from '../../alerts/alert.store';
import { partitionOf } from '../../partitioning';
import { SegmentStore } from '../../segment.store';
import { KEYS } from '../../topology';
import type { Rule } from '../rule';
import { ArrivalsStore } from './arrivals.store';
import { CheckpointStore } from './checkpoint.store';
import { DetectionMeter } from './detection-meter';
import { LeaseStore } from './lease.store';
import { MarkedStore } from './marked.store';
import { OutboxStore } from './outbox.store';
import { PartitionFollower } from './partition-follower.consumer';

/** Detection of all partitions on a real Redis, driven step by step instead of by a loop. */
export class TestDetection {
  readonly alerts: AlertStore;
  readonly arrivals: ArrivalsStore;
  readonly leases: LeaseStore;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    /** The rules in use; others when a test sets them. */
    public rules: readonly Rule[],
    private readonly settings: { readonly now?: () => number; readonly fenced?: boolean } = {},
  ) {
    this.alerts = new AlertStore(redis, keys);
    this.arrivals = new ArrivalsStore(redis, keys, new SegmentStore(redis, keys));
    this.leases = new LeaseStore(redis, keys);
  }

  /** A new owner of a partition, as if the lease of the one before had run out. */
  async takeOver(partition: number): Promise<PartitionFollower> {
    await this.redis.del(this.keys.of(partition, KEYS.detectionLease));
    const token = await this.leases.claim(partition, 'test');
    if (token === undefined) throw new Error('the lease was not free');
    return this.follow(partition, token);
  }

  /** New owners of all partitions. */
  takeOverAll(): Promise<PartitionFollower[]> {
    return Promise.all(
      Array.from({ length: this.keys.partitions }, (_, partition) => this.takeOver(partition)),
    );
  }

  follow(partition: number, token: number): PartitionFollower {
    const { redis, keys, settings } = this;
    const { partitions } = keys;
    const stores = {
      marked: new MarkedStore(redis, keys),
      checkpoints: new CheckpointStore(redis, keys, { fenced: settings.fenced ?? true }),
      outbox: new OutboxStore(redis, keys),
      alerts: this.alerts,
    };
    return new PartitionFollower(partition, token, stores, {
      rules: () => this.rules,
      partitions,
      judgeOf: (group) => partitionOf(group, partitions),
      clock: settings.now ?? Date.now,
      meter: new DetectionMeter(),
    });
  }

  /** Takes everything that is there, writes checkpoints, and hands partials on until nothing comes any more. */
  async settle(followers: readonly PartitionFollower[]): Promise<void> {
    for (const follower of followers) {
      while (await follower.take());
      await follower.checkpoint();
    }
    for (const follower of followers) {
      await follower.hear();
      await follower.checkpoint();
    }
  }

  /** Lets quiet timelines come to their end. */
  async rest(followers: readonly PartitionFollower[]): Promise<void> {
    const arrivals = await this.arrivals.read();
    for (const follower of followers) await follower.rest(arrivals);
    await this.settle(followers);
  }

  /** Ids of the alerts of a timeline, sorted, each with its events. */
  async raised(timeline: string): Promise<string[]> {
    const { items } = await this.alerts.list({ timeline, limit: 500 });
    return items.map(({ id, events }) => `${id} ${events}`).sort();
  }
}
