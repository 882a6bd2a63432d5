import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig, type Config } from '../config';
import { ConfigModule } from '../config.module';
import { serveApiDocs } from '../http/api-docs.lifecycle';
import { createHttpApplication } from '../http/http-application.lifecycle';
import { bodiesOf, KEYS, STREAMS } from '../pipeline/topology';
import { APPEND_REDIS, KEYSPACE, RedisModule } from '../redis.module';
import { EdgeModule } from './edge.module';
import { LoadGauges } from './load-gauge';
import { RefusalsStore } from './refusals.store';

/** A running edge with its own keys, and what it has stored. */
export interface TestEdge {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly port: number;
  readonly redis: RedisConnection;
  readonly keys: Keyspace;
  readonly gauges: LoadGauges;
  /** Sum of a ledger counter over the partitions, refusals included. */
  counter(name: string): Promise<number>;
  /** Raw entries of all partitions with their bodies. */
  entries(): Promise<TestEntry[]>;
  close(): Promise<void>;
}

export interface TestEntry {
  readonly partition: number;
  readonly events: number;
  readonly timeline: string;
  readonly meta: Record<string, unknown>;
  readonly body: Buffer;
}

/** Waits until `condition` holds; fails after `withinMs`. */
export async function until(condition: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`the condition did not hold within ${withinMs} ms`);
    await delay(20);
  }
}

@Module({})
class TestRoot {
  static with(config: Config): DynamicModule {
    return { module: TestRoot, imports: [ConfigModule.with(config), RedisModule, EdgeModule] };
  }
}

/** Starts an edge on a free port. */
export async function startEdge(over: Record<string, string> = {}): Promise<TestEdge> {
  const config = readConfig({
    REDIS_URL: await testRedisUrl(),
    KEY_PREFIX: freshPrefix(),
    PORT: '0',
    ...over,
  });
  const app = await createHttpApplication(TestRoot.with(config), { logger: ['error', 'fatal'] });
  serveApiDocs(app, 'test');
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const redis = app.get<RedisConnection>(APPEND_REDIS);
  await untilReady(redis);
  const keys = app.get<Keyspace>(KEYSPACE);
  const refusals = app.get(RefusalsStore);
  const partitions = Array.from({ length: keys.partitions }, (_, partition) => partition);
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    port,
    redis,
    keys,
    gauges: app.get(LoadGauges),
    counter: async (name) => {
      await refusals.flush();
      const counts = await Promise.all(partitions.map((p) => redis.hget(keys.of(p, KEYS.ledger), name)));
      return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
    },
    entries: async () => (await Promise.all(partitions.map((p) => entriesOf(redis, keys, p)))).flat(),
    close: () => app.close(),
  };
}

async function entriesOf(redis: RedisConnection, keys: Keyspace, partition: number): Promise<TestEntry[]> {
  const stream = keys.of(partition, STREAMS.raw);
  const bodies = await redis.hgetallBuffer(keys.of(partition, bodiesOf(STREAMS.raw)));
  return (await redis.xrange(stream, '-', '+')).map(([id, [, n, , timeline = '', , meta = '{}']]) => ({
    partition,
    events: Number(n),
    timeline,
    meta: JSON.parse(meta) as Record<string, unknown>,
    body: bodies[id] ?? Buffer.alloc(0),
  }));
}
