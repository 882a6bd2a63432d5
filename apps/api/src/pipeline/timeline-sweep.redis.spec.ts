import { anEvent } from '@watchfloor/contracts/testing';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { appendRaw, TestWorker } from './testing';
import { AlertStore } from './alerts/alert.store';
import { anAlertChange } from './alerts/testing';
import { stageCounters } from './ledger/stage-counters';
import { TimelineSweep } from './timeline-sweep.lifecycle';
import { KEYS } from './topology';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const DAY = 86_400_000;

let redis: RedisConnection;
let keys: Keyspace;
let alerts: AlertStore;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), 2);
  alerts = new AlertStore(redis, keys);
});

/** Aggregates one event on each timeline, used at NOW. */
async function fill(...timelines: string[]): Promise<TestWorker> {
  const worker = new TestWorker(redis, keys, { now: () => NOW });
  for (const timeline of timelines) {
    await appendRaw(redis, keys, { partition: 0, timeline, events: [anEvent()], at: NOW });
    if (timeline !== 'live') await redis.hset(keys.global('timelines'), timeline, NOW);
  }
  await worker.drain();
  for (const partition of [0, 1]) await worker.windows.fold(partition);
  return worker;
}

async function windowsOf(worker: TestWorker, timeline: string): Promise<number> {
  const loaded = await Promise.all([0, 1].map((partition) => worker.windows.load(partition, timeline)));
  return loaded.flatMap(({ windows }) => windows).length;
}

describe('a named timeline', () => {
  it('is forgotten with its windows, watermarks and alerts after a day without use', async () => {
    const worker = await fill('live', 'old-case');
    expect(await windowsOf(worker, 'old-case')).toBe(1);
    for (const timeline of ['live', 'old-case'])
      await alerts.apply(1, timeline, [anAlertChange('raised', { id: `of-${timeline}` })], { now: NOW });

    for (const timeline of ['live', 'old-case'])
      await redis.hincrby(keys.of(0, KEYS.ledger), stageCounters.lateOn(timeline), 1);

    expect(await new TimelineSweep(redis, keys, alerts, () => NOW + DAY).sweep()).toEqual(['old-case']);

    expect(await windowsOf(worker, 'old-case')).toBe(0);
    expect(await windowsOf(worker, 'live')).toBe(1);
    expect(await redis.hgetall(keys.global('timelines'))).toEqual({});
    const counters = (await Promise.all([0, 1].map((one) => redis.hkeys(keys.of(one, KEYS.ledger))))).flat();
    expect(counters.filter((name) => name.startsWith('aggregation.late:'))).toEqual([
      'aggregation.late:live',
    ]);
    expect(await alerts.get('of-old-case')).toBeUndefined();
    expect(await alerts.get('of-live')).toBeDefined();
    const hashes = [0, 1].flatMap((one) => [keys.of(one, KEYS.watermarks), keys.of(one, KEYS.channels)]);
    const fields = (await Promise.all(hashes.map((hash) => redis.hkeys(hash)))).flat();
    expect(fields.filter((field) => field.endsWith(':old-case'))).toEqual([]);
    expect(fields.filter((field) => field.endsWith(':live'))).not.toEqual([]);
    const bytes = (
      await Promise.all([0, 1].map((one) => redis.hkeys(keys.of(one, KEYS.windowBytes))))
    ).flat();
    expect([...new Set(bytes.map((field) => field.split(':')[0]))]).toEqual(['live']);
  });

  it('is kept while its day is not over', async () => {
    const worker = await fill('old-case');
    expect(await new TimelineSweep(redis, keys, alerts, () => NOW + DAY - 1).sweep()).toEqual([]);
    expect(await windowsOf(worker, 'old-case')).toBe(1);
  });
});
