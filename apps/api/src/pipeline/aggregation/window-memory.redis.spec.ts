import { createHash } from 'node:crypto';
import { anEvent } from '@watchfloor/contracts/testing';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { appendRaw, TestWorker } from '../testing';
import { fillBook } from './stored-windows';
import { STEPS, WindowBook } from './window-book';
import { readWindow } from './window.store';

const NOW = Date.parse('2026-01-05T10:00:00.000Z');
const SOURCES = 1_000;
/** What a window takes that was cut as far as it can be: its facets, its sketches, the least number of keys. */
const LEAST_BYTES = 14_336;
/** Prime to 2^32: addresses in no order, so that they do not compress to nothing. */
const STEP = 2_654_435_761;

let redis: RedisConnection;
let keys: Keyspace;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), 1);
});

/** A second in which every event has a source, a user and a target that no other second has, in names that do not compress. */
async function floodSecond(worker: TestWorker, second: number, timelines: readonly string[]): Promise<void> {
  const at = NOW + second * 1_000;
  const events = Array.from({ length: SOURCES }, (_, i) => {
    const address = addressOf(second * SOURCES + i);
    return anEvent({
      '@timestamp': new Date(at).toISOString(),
      event: { id: `flood-${second}-${i}`, category: ['web'] },
      source: { ip: address },
      user: { name: nameOf(`user ${address}`) },
      host: { name: nameOf(`host ${address}`) },
    });
  });
  for (const timeline of timelines) await appendRaw(redis, keys, { partition: 0, timeline, events, at });
  await worker.drain();
  await worker.windows.fold(0);
}

function nameOf(text: string): string {
  return createHash('sha512').update(text).digest('base64url').slice(0, 64);
}

function addressOf(number: number): string {
  const hash = Number((BigInt(number) * BigInt(STEP)) % 2n ** 32n);
  return `2001:db8::${(hash >>> 16).toString(16)}:${(hash & 0xffff).toString(16)}`;
}

async function storedBytes(worker: TestWorker, timeline: string): Promise<number> {
  const { windows } = await worker.windows.load(0, timeline);
  return windows.filter(({ step }) => step === '1s').reduce((sum, { body }) => sum + body.length, 0);
}

/** Bytes of all 1 s windows, after half and all of a flood on some timelines, with so much memory for windows. */
async function growth(windowMemoryBytes: number, timelines: readonly string[], seconds: number) {
  let second = 0;
  const worker = new TestWorker(redis, keys, { now: () => NOW + second * 1_000, windowMemoryBytes });
  const bytes = async (): Promise<number> => {
    const all = await Promise.all(timelines.map((timeline) => storedBytes(worker, timeline)));
    return all.reduce((a, b) => a + b, 0);
  };
  for (; second < seconds / 2; second++) await floodSecond(worker, second, timelines);
  const half = await bytes();
  for (; second < seconds; second++) await floodSecond(worker, second, timelines);
  return { worker, half, whole: await bytes() };
}

describe('the stored windows of a flood', () => {
  it('take a fraction of the memory once theirs is used up, and still count every event', async () => {
    const roomy = await growth(2 ** 28, ['live'], 40);
    keys = new Keyspace(freshPrefix(), 1);
    const crowded = await growth(16_384, ['live'], 40);
    expect(crowded.whole - crowded.half).toBeLessThan((roomy.whole - roomy.half) / 4);
    for (const { worker } of [roomy, crowded]) {
      const book = new WindowBook(1_000);
      for (const _ of fillBook(book, [await worker.windows.load(0, 'live')], readWindow)) continue;
      expect(book.sum(NOW, NOW + 60_000).events).toBe(40 * SOURCES);
    }
  }, 60_000);

  it('share one memory, however many timelines there are and however many dimensions are flooded', async () => {
    const step = 2 ** 20;
    const [timelines, seconds] = [['live', 'replay-1', 'replay-2', 'replay-3'], 16];
    const { whole } = await growth(step * STEPS.length, timelines, seconds);
    expect(whole).toBeLessThan(step * 2.5 + timelines.length * seconds * LEAST_BYTES);
  }, 60_000);
});
