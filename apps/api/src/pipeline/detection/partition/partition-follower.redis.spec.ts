import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { appendRaw } from '../../testing';
import { KEYS, STREAMS } from '../../topology';
import { TakenOverError } from './partition-follower.consumer';
import { attackOf, NOW, PARTITIONS, rules, TestDetection, TestPipeline } from './testing';

jest.setTimeout(60_000);

let redis: RedisConnection;
let keys: Keyspace;
let pipeline: TestPipeline;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
  pipeline = new TestPipeline(redis, keys);
});

describe('detection behind aggregation', () => {
  it('raises one alert for each attack', async () => {
    const detection = new TestDetection(redis, keys, rules);
    const followers = await detection.takeOverAll();
    await appendRaw(redis, keys, { partition: 1, events: attackOf(2, 20), at: NOW });
    await pipeline.arrive(attackOf(1, 20));
    await pipeline.passTime(60);
    await detection.settle(followers);
    const { items } = await detection.alerts.list({ timeline: 'live', limit: 10 });
    expect(items.map(({ rule, key, events }) => [rule, key, events]).sort()).toEqual([
      ['failures', '198.18.0.1', 20],
      ['failures', '198.18.0.2', 20],
    ]);
  });

  it('judges what several partitions counted in the one of the key, with its evidence united', async () => {
    const detection = new TestDetection(redis, keys, rules);
    const followers = await detection.takeOverAll();
    await pipeline.arrive(Array.from({ length: 9 }, (_, i) => attackOf(10 + i, 1)).flat());
    await pipeline.passTime(60);
    await detection.settle(followers);
    await detection.settle(followers);
    const { items } = await detection.alerts.list({ timeline: 'live', limit: 10 });
    expect(items.map(({ rule, key, events }) => [rule, key, events])).toEqual([
      ['many-sources', 'gate-1', 9],
    ]);
    expect(items[0]?.source).toHaveLength(9);
  });

  it('is the same however far it lags behind', async () => {
    const eager = new TestDetection(redis, keys, rules);
    const followers = await eager.takeOverAll();
    for (let from = 0; from < 40; from += 4) {
      await pipeline.arrive([...attackOf(1, 4, from), ...attackOf(2, 4, from)], from % PARTITIONS);
      await eager.settle(followers);
    }
    await pipeline.passTime(120);
    await eager.settle(followers);
    const raised = await eager.raised('live');
    expect(raised).not.toEqual([]);

    keys = new Keyspace(freshPrefix(), PARTITIONS);
    pipeline = new TestPipeline(redis, keys);
    const lazy = new TestDetection(redis, keys, rules);
    for (let from = 0; from < 40; from += 4)
      await pipeline.arrive([...attackOf(1, 4, from), ...attackOf(2, 4, from)], from % PARTITIONS);
    await pipeline.passTime(120);
    await lazy.settle(await lazy.takeOverAll());
    expect(await lazy.raised('live')).toEqual(raised);
  });
});

describe('a worker that dies between alerts and checkpoint', () => {
  it('leaves alerts that the next one finds again without repeating them', async () => {
    const detection = new TestDetection(redis, keys, rules);
    const dying = await detection.takeOverAll();
    await pipeline.arrive(attackOf(1, 8));
    await detection.settle(dying);
    await pipeline.arrive(attackOf(1, 12, 8));
    await pipeline.passTime(60);
    for (const follower of dying) while (await follower.take());

    const next = await detection.takeOverAll();
    await detection.settle(next);

    const { items } = await detection.alerts.list({ timeline: 'live', limit: 10 });
    expect(items.map(({ key, events }) => [key, events])).toEqual([['198.18.0.1', 20]]);
    expect((await detection.alerts.figures()).raised).toBe(1);
  });

  it('leaves a bucket that goes on as full as its checkpoint has it', async () => {
    const detection = new TestDetection(redis, keys, rules);
    await pipeline.arrive(attackOf(1, 4));
    await pipeline.passTime(10);
    await detection.settle(await detection.takeOverAll());
    expect(await detection.raised('live')).toEqual([]);

    // Of four drops one has leaked: three more make it overflow, and would not in an empty one.
    await pipeline.arrive(attackOf(1, 3, 11));
    await pipeline.passTime(40);
    await detection.settle(await detection.takeOverAll());
    expect(await detection.raised('live')).toHaveLength(1);
  });

  it('leaves events that wait for their time to the next one', async () => {
    const detection = new TestDetection(redis, keys, rules);
    await pipeline.arrive(attackOf(1, 8));
    await detection.settle(await detection.takeOverAll());
    await pipeline.passTime(60);
    await detection.settle(await detection.takeOverAll());
    const { items } = await detection.alerts.list({ timeline: 'live', limit: 10 });
    expect(items.map(({ key, events }) => [key, events])).toEqual([['198.18.0.1', 8]]);
  });
});

describe('an owner that was taken over without noticing', () => {
  async function zombieWrites(fenced: boolean): Promise<TestDetection> {
    const detection = new TestDetection(redis, keys, rules, { fenced });
    const zombies = await detection.takeOverAll();
    await pipeline.arrive(attackOf(1, 4));
    await pipeline.passTime(20);
    for (const zombie of zombies) while (await zombie.take());
    const owners = await detection.takeOverAll();
    await pipeline.arrive(attackOf(1, 4, 21));
    await pipeline.passTime(60);
    await detection.settle(owners);
    const before = await checkpoints();
    for (const zombie of zombies) {
      if (fenced) await expect(zombie.checkpoint()).rejects.toThrow(TakenOverError);
      else await zombie.checkpoint();
    }
    if (fenced) expect(await checkpoints()).toEqual(before);
    else expect(await checkpoints()).not.toEqual(before);
    return detection;
  }

  async function checkpoints(): Promise<unknown[]> {
    return Promise.all(
      Array.from({ length: PARTITIONS }, async (_, partition) => [
        await redis.hget(keys.of(partition, KEYS.state), 'cursor:detection'),
        await redis.hgetall(keys.of(partition, KEYS.detection)),
        await redis.xlen(keys.of(partition, STREAMS.outbox)),
      ]),
    );
  }

  it('changes nothing any more', async () => {
    await zombieWrites(true);
  });

  it('sets detection back when its checkpoint is not fenced: the control', async () => {
    await zombieWrites(false);
  });
});

describe('the keyed stream', () => {
  const recent = 1_000;

  async function flood(): Promise<void> {
    for (let round = 0; round < 24; round++) {
      const events = Array.from({ length: 250 }, (_, i) => attackOf(i, 1, round)).flat();
      await pipeline.arrive(events, round % PARTITIONS);
    }
  }

  async function kept(): Promise<number[]> {
    return Promise.all(
      Array.from({ length: PARTITIONS }, async (_, partition) => {
        const entries = await redis.xrange(keys.of(partition, STREAMS.keyed), '-', '+');
        return entries.reduce((sum, [, fields]) => sum + Number(fields[1]), 0);
      }),
    );
  }

  it('keeps what detection has not read', async () => {
    const detection = new TestDetection(redis, keys, []);
    await flood();
    expect((await kept()).reduce((a, b) => a + b, 0)).toBe(24 * 250);
    await detection.settle(await detection.takeOverAll());
    await pipeline.passTime(60);
    await pipeline.passTime(61);
    expect(Math.max(...(await kept()))).toBeLessThanOrEqual(recent + 250);
  });

  it('is not held back where detection is off', async () => {
    await flood();
    pipeline = new TestPipeline(redis, keys, { detection: false });
    await pipeline.passTime(60);
    await pipeline.passTime(61);
    expect(Math.max(...(await kept()))).toBeLessThanOrEqual(recent + 250);
    expect(await redis.exists(keys.of(0, STREAMS.marks))).toBe(0);
  });
});
