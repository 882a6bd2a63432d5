import { anEvent } from '@watchfloor/contracts/testing';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { appendRaw, TestWorker } from '../testing';
import { fillBook } from './stored-windows';
import { WindowBook } from './window-book';
import { readWindow } from './window.store';

const NOW = Date.parse('2026-01-05T10:00:00.000Z');
const SOURCES = 1_000;
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

/** A second in which every event has a source that no other second has. */
async function floodSecond(worker: TestWorker, second: number): Promise<void> {
  const at = NOW + second * 1_000;
  const events = Array.from({ length: SOURCES }, (_, i) =>
    anEvent({
      '@timestamp': new Date(at).toISOString(),
      event: { id: `flood-${second}-${i}`, category: ['web'] },
      source: { ip: addressOf(second * SOURCES + i) },
    }),
  );
  await appendRaw(redis, keys, { partition: 0, events, at });
  await worker.drain();
  await worker.windows.fold(0);
}

function addressOf(number: number): string {
  const hash = Number((BigInt(number) * BigInt(STEP)) % 2n ** 32n);
  return `2001:db8::${(hash >>> 16).toString(16)}:${(hash & 0xffff).toString(16)}`;
}

async function storedBytes(worker: TestWorker): Promise<number> {
  const { windows } = await worker.windows.load(0, 'live');
  return windows.filter(({ step }) => step === '1s').reduce((sum, { body }) => sum + body.length, 0);
}

/** Bytes of the 1 s windows after half and all of 40 s of a flood, with so much memory for windows. */
async function growth(windowMemoryBytes: number) {
  let second = 0;
  const worker = new TestWorker(redis, keys, { now: () => NOW + second * 1_000, windowMemoryBytes });
  for (; second < 20; second++) await floodSecond(worker, second);
  const half = await storedBytes(worker);
  for (; second < 40; second++) await floodSecond(worker, second);
  return { worker, half, whole: await storedBytes(worker) };
}

describe('the stored windows of a flood', () => {
  it('take a fraction of the memory once theirs is used up, and still count every event', async () => {
    const roomy = await growth(2 ** 28);
    keys = new Keyspace(freshPrefix(), 1);
    const crowded = await growth(16_384);
    expect(crowded.whole - crowded.half).toBeLessThan((roomy.whole - roomy.half) / 4);
    for (const { worker } of [roomy, crowded]) {
      const book = new WindowBook(1_000);
      for (const _ of fillBook(book, [await worker.windows.load(0, 'live')], readWindow)) continue;
      expect(book.sum(NOW, NOW + 60_000).events).toBe(40 * SOURCES);
    }
  });
});
