import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NormalisedEvent } from '@watchfloor/contracts';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { readConfig } from '../../../config';
import { AlertStore } from '../../alerts/alert.store';
import { appendRaw, TestWorker } from '../../testing';
import { KEYS } from '../../topology';
import { BEGIN, loginAt } from '../testing';
import { DetectionMeter } from './detection-meter';
import { DetectionThread } from './detection-thread.lifecycle';

jest.setTimeout(60_000);

/** The thread as it was built, with the rules of the project. */
const BUILT = 'dist/apps/api/pipeline/detection/partition/detection.thread.js';
const script = resolve(__dirname, '../../../../../..', BUILT);

const PARTITIONS = 4;
const NOW = BEGIN + 60_000;

let redis: RedisConnection;
let keys: Keyspace;
let worker: TestWorker;
let alerts: AlertStore;
let meter: DetectionMeter;
let thread: DetectionThread;

beforeAll(async () => {
  if (!existsSync(script)) throw new Error(`${BUILT} is missing: npx nx build api`);
  Logger.overrideLogger(false);
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(async () => {
  const prefix = freshPrefix();
  keys = new Keyspace(prefix, PARTITIONS);
  worker = new TestWorker(redis, keys, { now: () => NOW, detection: true });
  alerts = new AlertStore(redis, keys);
  meter = new DetectionMeter();
  const config = readConfig({
    REDIS_URL: await testRedisUrl(),
    KEY_PREFIX: prefix,
    PARTITIONS: String(PARTITIONS),
    LOG_LEVEL: 'silent',
  });
  thread = new DetectionThread({ isOn: true, script, config, meter });
  await thread.onApplicationBootstrap();
});
afterEach(() => thread.stop());

async function arrive(events: readonly NormalisedEvent[]): Promise<void> {
  await appendRaw(redis, keys, { partition: 0, events, at: NOW });
  await worker.drain();
}

/** Guesses of one source, one a second, and half a minute later something of another. */
function attackOf(source: string, from: number): NormalisedEvent[] {
  const guesses = Array.from({ length: 12 }, (_, i) => loginAt((from + i) * 1_000, { ip: source }));
  const later = loginAt((from + 42) * 1_000, { ip: '203.0.113.99', outcome: 'success' });
  return [...guesses, later].map((event, i) => ({
    ...event,
    event: { ...event.event, id: `${source}-${i}` },
  }));
}

/** Guesses of a source by the rules that find them. */
async function found(): Promise<string[]> {
  const { items } = await alerts.list({ timeline: 'live', limit: 100 });
  return items.map(({ rule, key, events }) => `${rule} ${key} ${events}`).sort();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

describe('the built thread of detection', () => {
  it('reports the partitions that it owns, and frees them when it stops', async () => {
    await until(() => Promise.resolve(meter.rotate(1_000)?.partitions === PARTITIONS));
    await thread.stop();
    const leases = Array.from({ length: PARTITIONS }, (_, partition) =>
      redis.exists(keys.of(partition, KEYS.detectionLease)),
    );
    expect(await Promise.all(leases)).toEqual([0, 0, 0, 0]);
  });

  it('goes on when it dies behind an alert, and every alert is raised once', async () => {
    await arrive(attackOf('198.51.100.1', 0));
    await until(async () => (await alerts.figures()).raised > 0);
    await thread.terminate();

    await arrive(attackOf('198.51.100.2', 100));
    const expected = ['198.51.100.1', '198.51.100.2'].flatMap((source) =>
      ['ssh-brute-force', 'ssh-slow-brute-force'].map((rule) => `${rule} ${source} 12`),
    );
    await until(async () => JSON.stringify(await found()) === JSON.stringify(expected.sort()));
    expect((await alerts.figures()).raised).toBe(expected.length);
  });
});
