import type { NormalisedEvent } from '@watchfloor/contracts';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { AlertStore } from '../../alerts/alert.store';
import { partitionOf } from '../../partitioning';
import { SegmentStore } from '../../segment.store';
import { KEYS } from '../../topology';
import { appendRaw, TestWorker } from '../../testing';
import type { Rule } from '../rule';
import { aRule, BEGIN, loginAt } from '../testing';
import { ArrivalsStore } from './arrivals.store';
import { CheckpointStore } from './checkpoint.store';
import { DetectionMeter } from './detection-meter';
import { LeaseStore } from './lease.store';
import { MarkedStore } from './marked.store';
import { OutboxStore } from './outbox.store';
import { PartitionFollower } from './partition-follower.consumer';

export const PARTITIONS = 4;

/** Wall clock of what arrives, ms since the epoch. */
export const NOW = BEGIN + 60_000;

/** One rule that depends on order, and one whose windows travel to the partition of their key. */
export const rules = [
  aRule({
    id: 'failures',
    kind: 'bucket',
    where: { 'event.outcome': 'failure' },
    capacity: 5,
    leak: '10s',
    silence: '30s',
  }),
  aRule({
    id: 'many-sources',
    kind: 'threshold',
    key: 'host.name',
    window: '10s',
    limit: 6,
    distinct: 'source.ip',
  }),
];

/** Failed logins of one source, one a second. */
export function attackOf(source: number, count: number, from = 0): NormalisedEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const event = loginAt((from + i) * 1_000, { ip: `198.18.0.${source}` });
    return { ...event, event: { ...event.event, id: `attack-${source}-${from + i}` } };
  });
}

/** The stages before detection on a real Redis: what arrives is brought up to the marks. */
export class TestPipeline {
  readonly worker: TestWorker;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    { detection }: { readonly detection: boolean } = { detection: true },
  ) {
    this.worker = new TestWorker(redis, keys, { now: () => NOW, detection });
  }

  async arrive(events: readonly NormalisedEvent[], partition = 0): Promise<void> {
    await appendRaw(this.redis, this.keys, { partition, events, at: NOW });
    await this.worker.drain();
  }

  /** One login at one moment, so that time passes for every source. */
  passTime(seconds: number): Promise<void> {
    const event = loginAt(seconds * 1_000, { ip: '203.0.113.99', outcome: 'success' });
    return this.arrive([{ ...event, event: { ...event.event, id: `time-${seconds}` } }]);
  }
}

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
