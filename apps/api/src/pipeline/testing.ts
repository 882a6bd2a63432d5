import { createHash } from 'node:crypto';
import { type NormalisedEvent, type Stage, STAGES } from '@watchfloor/contracts';
import { Keyspace, type RedisConnection } from '@watchfloor/redis';
import { AggregationProcessor } from './aggregation/aggregation.processor';
import { WindowStore } from './aggregation/window.store';
import { encode } from './batch-codec';
import { CommitStore } from './commit.store';
import { CrashIsolation } from './crash-isolation/crash-isolation.consumer';
import { SuspectStore } from './crash-isolation/suspects.store';
import { ALL_FENCES, type Fences } from './fences';
import type { RawMeta } from './entry';
import { IngestProcessor } from './ingest/ingest.processor';
import { LedgerStore } from './ledger/ledger.store';
import { OrderConsumer, type OrderOutcome } from './order.consumer';
import type { Locate } from './processing/address-place';
import { ProcessingProcessor } from './processing/processing.processor';
import type { WorkOrder } from './segment';
import { SegmentStore } from './segment.store';
import { StageStatistics } from './stage-statistics';
import { bodiesOf, KEYS, LIVE_TIMELINE, stageRow, STREAMS, TOPOLOGY } from './topology';

/** What a test may set of a worker. */
export interface TestWorkerSettings {
  readonly fences: Fences;
  readonly locate: Locate;
  readonly now: () => number;
  readonly betweenAppends: () => Promise<void>;
  /** Whether aggregation tells detection of its commits. */
  readonly detection: boolean;
  /** Of all stored windows, as long as they keep every key. */
  readonly windowMemoryBytes: number;
}

/** The stages of one worker process on a real Redis, driven order by order instead of by queues. */
export class TestWorker {
  readonly segments: SegmentStore;
  readonly windows: WindowStore;
  readonly ledger: LedgerStore;
  readonly #run: Readonly<Record<Stage, (order: WorkOrder) => Promise<OrderOutcome>>>;

  constructor(
    private readonly redis: RedisConnection,
    readonly keys: Keyspace,
    {
      fences = ALL_FENCES,
      locate = () => undefined,
      now = Date.now,
      betweenAppends,
      detection = false,
      windowMemoryBytes = 2 ** 28,
    }: Partial<TestWorkerSettings> = {},
  ) {
    const { partitions } = keys;
    this.segments = new SegmentStore(redis, keys, fences);
    this.windows = new WindowStore(redis, keys, {
      trackedKeys: 1_000,
      memoryBytes: windowMemoryBytes,
      clock: now,
    });
    this.ledger = new LedgerStore(redis, keys);
    const commits = new CommitStore(redis, keys, fences);
    const statistics = new Map(STAGES.map((stage) => [stage, new StageStatistics()]));
    const isolation = new CrashIsolation(new SuspectStore(redis, keys));
    const orders = new OrderConsumer(this.segments, statistics, now, isolation);
    const ingest = new IngestProcessor(orders, commits, now, partitions);
    const processing = new ProcessingProcessor(orders, commits, now, {
      locate,
      partitions,
      ...(betweenAppends ? { betweenAppends } : {}),
    });
    const aggregation = new AggregationProcessor(orders, commits, this.segments, this.windows, {
      partitions,
      recentEvents: 1_000,
      siteOf: () => ({ lat: 50.1, lon: 8.7 }),
      detection,
    });
    this.#run = {
      ingest: (order) => ingest.run(order),
      processing: (order) => processing.run(order),
      aggregation: (order) => aggregation.run(order),
    };
  }

  /** Takes one order. */
  take(order: WorkOrder): Promise<OrderOutcome> {
    return this.#run[order.stage](order);
  }

  /** The orders that are due now. */
  async due(stages: readonly Stage[] = STAGES): Promise<WorkOrder[]> {
    const due: WorkOrder[] = [];
    for (let partition = 0; partition < this.keys.partitions; partition++) {
      const positions = await this.segments.positions(partition);
      for (const [i, { stage }] of TOPOLOGY.entries()) {
        const position = positions[i];
        if (position && position.to !== '' && stages.includes(stage)) {
          due.push({ stage, partition, base: position.cursor, to: position.to });
        }
      }
    }
    return due;
  }

  /** Takes only the first entry of an order. */
  async takeNext({ stage, partition, base }: WorkOrder): Promise<OrderOutcome> {
    const stream = this.keys.of(partition, stageRow(stage).input);
    const [next] = await this.redis.xrange(stream, `(${base}`, '+', 'COUNT', 1);
    if (next === undefined) throw new Error(`${stream} has nothing behind ${base}`);
    return this.take({ stage, partition, base, to: next[0] });
  }

  /** Takes orders until none is due. */
  async drain(stages: readonly Stage[] = STAGES): Promise<void> {
    for (let due = await this.due(stages); due.length > 0; due = await this.due(stages)) {
      for (const order of due) await this.take(order);
    }
  }
}

/** Puts events into the raw stream of a partition as the edge does, counted as accepted. */
export async function appendRaw(
  redis: RedisConnection,
  keys: Keyspace,
  { partition, events, timeline = LIVE_TIMELINE, at }: AppendRaw,
): Promise<void> {
  const meta: RawMeta = {
    codec: 'events',
    dataset: 'watchfloor',
    at,
    idPrefix: createHash('sha256').update(JSON.stringify(events)).digest('base64url').slice(0, 22),
  };
  const raw = keys.of(partition, STREAMS.raw);
  const id = await redis.xadd(raw, '*', 'n', events.length, 'tl', timeline, 'm', JSON.stringify(meta));
  if (id === null) throw new Error('the raw stream took no entry');
  await redis.hset(keys.of(partition, bodiesOf(STREAMS.raw)), id, encode(events));
  await redis.hincrby(keys.of(partition, KEYS.ledger), 'edge.received', events.length);
  await redis.hincrby(keys.of(partition, KEYS.ledger), 'edge.accepted', events.length);
}

export interface AppendRaw {
  readonly partition: number;
  readonly events: readonly NormalisedEvent[];
  readonly timeline?: string;
  /** Arrival in ms since the epoch. */
  readonly at: number;
}
