import { anEvent } from '@watchfloor/contracts/testing';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { appendRaw, TestWorker } from '../testing';
import { EVENT_TIME, KEYS, LIVE_TIMELINE } from '../topology';
import { watermarkField } from './aggregate';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const PARTITIONS = 2;

let redis: RedisConnection;
let keys: Keyspace;
let worker: TestWorker;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
  worker = new TestWorker(redis, keys, { now: () => NOW });
});

/** Hands an event on to all partitions through the channels of one. */
async function carry(partition: number, timeline: string, at: number): Promise<void> {
  const event = anEvent({ '@timestamp': new Date(at).toISOString() });
  await appendRaw(redis, keys, { partition, timeline, events: [event], at: NOW });
  await worker.drain(['ingest', 'processing']);
}

/** Aggregates the next entry of a partition, whatever lies behind it. */
async function aggregateNext(partition: number): Promise<void> {
  const [order] = (await worker.due(['aggregation'])).filter((due) => due.partition === partition);
  if (order === undefined) throw new Error('nothing is due');
  await worker.takeNext(order);
}

async function watermark(partition: number, timeline: string): Promise<number | undefined> {
  const text = await redis.hget(keys.of(partition, KEYS.watermarks), watermarkField(timeline));
  return text === null ? undefined : Number(text);
}

describe('the watermark of a timeline', () => {
  const at = NOW - 20_000;

  it('is held back by what another channel has brought of it behind the segment', async () => {
    await carry(0, LIVE_TIMELINE, at);
    await carry(1, LIVE_TIMELINE, at - 2_000);
    await aggregateNext(1);
    expect(await watermark(1, LIVE_TIMELINE)).toBeUndefined();
    await aggregateNext(1);
    expect(await watermark(1, LIVE_TIMELINE)).toBe(at - EVENT_TIME.maxOutOfOrdernessMs);
  });

  it('does not pass what another channel brings behind it in the same segment: none of that is late', async () => {
    await carry(0, LIVE_TIMELINE, at);
    await carry(1, LIVE_TIMELINE, at - 10 * EVENT_TIME.allowedLatenessMs);
    await worker.drain(['aggregation']);
    const { ledger } = await worker.ledger.read();
    expect(ledger).toMatchObject({ aggregated: 2, late: 0 });
    expect(await watermark(1, LIVE_TIMELINE)).toBe(at - EVENT_TIME.maxOutOfOrdernessMs);
  });

  it('is not held back by what lies behind the segment of another timeline', async () => {
    await carry(0, 'replay-1', at);
    await carry(1, LIVE_TIMELINE, NOW);
    await aggregateNext(1);
    expect(await watermark(1, 'replay-1')).toBe(at - EVENT_TIME.maxOutOfOrdernessMs);
  });
});
