import type { NormalisedEvent } from '@watchfloor/contracts';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { fillBook } from './aggregation/stored-windows';
import { WindowBook } from './aggregation/window-book';
import { readWindow } from './aggregation/window.store';
import { aRule, BEGIN, loginAt, numbered } from './detection/testing';
import { TestDetection } from './detection/partition/testing';
import { appendRaw, TestWorker } from './testing';
import { LIVE_TIMELINE } from './topology';

const PARTITIONS = 2;
const AHEAD_MS = 240_000;
const EARLY = '203.0.113.99';
const rules = [
  aRule({ id: 'bucket', kind: 'bucket', capacity: 3, leak: '10s', silence: '5s' }),
  aRule({ id: 'trigger', kind: 'trigger', where: { 'source.ip': EARLY }, silence: '5s' }),
];

let redis: RedisConnection;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());

/** The live pipeline with its rules; `arrive` brings events at a moment, in ms behind the beginning. */
async function live() {
  const keys = new Keyspace(freshPrefix(), PARTITIONS);
  let now = BEGIN;
  const worker = new TestWorker(redis, keys, { detection: true, now: () => now });
  const detection = new TestDetection(redis, keys, rules, { now: () => now });
  const followers = await detection.takeOverAll();
  return {
    worker,
    async arrive(ms: number, events: readonly NormalisedEvent[]): Promise<void> {
      now = BEGIN + ms;
      await appendRaw(redis, keys, { partition: 0, events: numbered(events, `at-${ms}`), at: now });
      await worker.drain();
      await detection.settle(followers);
    },
    async alerts(): Promise<string[]> {
      const { items } = await detection.alerts.list({ timeline: LIVE_TIMELINE, limit: 500 });
      return items.map(({ rule, events, source }) => `${rule} ${source.join()} ${events}`).sort();
    },
    /** Events of the stored window of a second behind the beginning. */
    async windowOf(ms: number): Promise<number> {
      const book = new WindowBook(1_000);
      const stored = await Promise.all(
        Array.from({ length: PARTITIONS }, async (_, partition) => {
          await worker.windows.fold(partition);
          return worker.windows.load(partition, LIVE_TIMELINE);
        }),
      );
      for (const _ of fillBook(book, stored, readWindow)) continue;
      return book.sum(BEGIN + ms, BEGIN + ms + 1_000).events;
    },
  };
}

describe('a sender whose clock is four minutes ahead', () => {
  it('makes nobody else late, neither for windows nor for rules', async () => {
    const { worker, arrive, alerts } = await live();
    await arrive(0, [loginAt(AHEAD_MS, { ip: EARLY })]);
    await arrive(
      4_000,
      [0, 1, 2, 3].map((second) => loginAt(second * 1_000)),
    );
    await arrive(20_000, [loginAt(20_000, { ip: '203.0.113.8' })]);
    expect((await worker.ledger.read()).ledger).toMatchObject({ aggregated: 6, late: 0, future: 0 });
    expect(await alerts()).toEqual(['bucket 203.0.113.7 4']);
  });

  it('is counted in its own second, and by rules once that has come', async () => {
    const { arrive, alerts, windowOf } = await live();
    await arrive(0, [loginAt(AHEAD_MS, { ip: EARLY })]);
    await arrive(7_000, [loginAt(AHEAD_MS + 7_000, { ip: '203.0.113.8' })]);
    expect(await windowOf(AHEAD_MS)).toBe(1);
    expect(await alerts()).toEqual([]);
    await arrive(AHEAD_MS + 10_000, [loginAt(AHEAD_MS + 10_000)]);
    expect(await alerts()).toEqual([`trigger ${EARLY} 1`]);
    expect(await windowOf(AHEAD_MS)).toBe(1);
  });
});
