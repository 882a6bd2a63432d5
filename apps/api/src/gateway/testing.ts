import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import type { EventRow, Frame, Ledger, NormalisedEvent, Pipeline, Snapshot } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { readConfig } from '../config';
import { ConfigModule } from '../config.module';
import { HealthController } from '../health/health.controller';
import { createHttpApplication } from '../http/http-application.lifecycle';
import { toEventRow } from '../pipeline/aggregation/event-row';
import { Tally } from '../pipeline/aggregation/tally';
import { balance } from '../pipeline/ledger/balance';
import { StoresModule } from '../pipeline/stores.module';
import { appendRaw, TestWorker } from '../pipeline/testing';
import { KEYSPACE, PIPELINE_REDIS, RedisModule } from '../redis.module';
import { GatewayModule } from './gateway.module';
import { toPipeline } from './pipeline-view';
import { ReadModel } from './read-model';
import { buildSnapshot } from './snapshot-builder';
import { snapshotRange } from './snapshot-range';

/** The ledger of a system that has seen nothing; `over` replaces members. */
export function aLedger(over: Partial<Ledger> = {}): Ledger {
  return { ...balance([], [], 0), ...over };
}

/** The view of a pipeline without processes, queues or events. */
export function aPipeline(): Pipeline {
  return toPipeline({
    newest: { at: 0, reading: { ledger: aLedger(), oldest: {}, lateOn: new Map() } },
    earlier: undefined,
    processes: [],
    queues: [],
    watermark: undefined,
    timelines: [],
    gateway: { clients: 0, framesPerSecond: 0, skippedFrames: 0 },
    partitions: 1,
    backPressure: { inFlight: 0, memory: null },
    dedupe: { idSpanMs: 0, keySpanMs: 0, maxIds: 0 },
  });
}

/** The snapshot of an empty live timeline; `over` replaces members. */
export function aSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  const model = new ReadModel(1, 100);
  const timeline = model.open('live');
  const range = snapshotRange('5m', 0);
  const context = { model, timeline, window: '5m', range, epoch: 'e', revision: 1, wallClock: 0 } as const;
  return { ...buildSnapshot(new Tally(), {}, context), ...over };
}

/** A frame of an empty system; `over` replaces members. */
export function aFrame(over: Partial<Frame> = {}): Frame {
  return { at: 0, snapshot: aSnapshot(), pipeline: aPipeline(), ledger: aLedger(), recent: [], ...over };
}

/** The row of an event with this id. */
export function aRow(id: string): EventRow {
  const { event } = anEvent();
  return toEventRow(anEvent({ event: { ...event, id } }));
}

/** A gateway on a Redis of its own keys, with what feeds it. */
export interface RunningGateway {
  readonly app: NestFastifyApplication;
  readonly redis: RedisConnection;
  readonly keys: Keyspace;
  /** Address of HTTP, without a slash at the end. */
  readonly url: string;
  /** Puts events before the pipeline and takes them through every stage. */
  arrive(events: readonly NormalisedEvent[], timeline?: string): Promise<void>;
}

/**
 * Starts the role `gateway` on a free port of loopback. The caller closes `app`.
 * @param prefix of its keys; that of another gateway, to follow the same partitions
 */
export async function startGateway(prefix = freshPrefix()): Promise<RunningGateway> {
  const config = readConfig({
    REDIS_URL: await testRedisUrl(),
    KEY_PREFIX: prefix,
    PARTITIONS: '2',
    ROLES: 'gateway',
  });
  @Module({
    imports: [ConfigModule.with(config), RedisModule, StoresModule, GatewayModule],
    controllers: [HealthController],
  })
  class TestRoot {}
  const app = await createHttpApplication(TestRoot, { logger: ['fatal'] });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  const redis = app.get<RedisConnection>(PIPELINE_REDIS);
  const keys = app.get<Keyspace>(KEYSPACE);
  const worker = new TestWorker(redis, keys);
  return {
    app,
    redis,
    keys,
    url: await app.getUrl(),
    async arrive(events, timeline = 'live') {
      if (timeline !== 'live') await redis.hset(keys.global('timelines'), timeline, Date.now());
      await appendRaw(redis, keys, { partition: 0, events, timeline, at: Date.now() });
      await worker.drain();
    },
  };
}
