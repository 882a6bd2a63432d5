import type { NormalisedEvent } from '@watchfloor/contracts';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { watermarkField } from '../../aggregation/aggregate';
import { appendRaw } from '../../testing';
import { KEYS, TIMELINE_PRODUCERS } from '../../topology';
import { headerField, statesKey } from './checkpoint.store';
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

describe('a timeline that nothing comes to', () => {
  const ATTACK = 12;

  async function sendTo(timeline: string, events = attackOf(1, ATTACK)): Promise<void> {
    await redis.hset(keys.global('timelines'), timeline, Date.now());
    await appendRaw(redis, keys, { partition: 0, events, at: NOW, timeline });
    await pipeline.worker.drain();
  }

  /** One failed login each of nine sources at one moment. */
  function manySources(from: number): NormalisedEvent[] {
    return Array.from({ length: 9 }, (_, i) => attackOf(10 + i, 1, from)).flat();
  }

  async function alertsOf(timeline: string) {
    const { items } = await new TestDetection(redis, keys, rules).alerts.list({ timeline, limit: 10 });
    return items;
  }

  /** Aggregates events of a timeline while so much waits in another partition that all of it is held to be of any timeline. */
  async function sendBeforeBacklog(timeline: string, events: readonly NormalisedEvent[]): Promise<void> {
    await redis.hset(keys.global('timelines'), timeline, Date.now());
    await appendRaw(redis, keys, { partition: 0, events, at: NOW, timeline });
    await pipeline.worker.drain(['ingest', 'processing']);
    const backlog = Array.from({ length: 1_001 }, (_, i) => attackOf(2, 1, i));
    for (const one of backlog) await appendRaw(redis, keys, { partition: 1, events: one, at: NOW });
    await pipeline.worker.drain(['aggregation']);
    expect(await watermarks(timeline)).toEqual(Array.from({ length: PARTITIONS }, () => null));
    await pipeline.worker.drain();
  }

  /** What aggregation says of a timeline, by partition. */
  function watermarks(timeline: string): Promise<(string | null)[]> {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    return Promise.all(
      partitions.map((one) => redis.hget(keys.of(one, KEYS.watermarks), watermarkField(timeline))),
    );
  }

  /** Events of the one alert after so many seconds of silence; 0 without an alert. */
  async function toldAfter(seconds: number, timeline: string): Promise<number> {
    const detection = new TestDetection(redis, keys, rules, { now: () => Date.now() + seconds * 1_000 });
    const followers = await detection.takeOverAll();
    await detection.settle(followers);
    await detection.rest(followers);
    await detection.settle(followers);
    const { items } = await detection.alerts.list({ timeline, limit: 10 });
    return items[0]?.events ?? 0;
  }

  it('is evaluated to its end after 10 s', async () => {
    await sendTo('replay-1');
    expect(await toldAfter(8, 'replay-1')).toBeLessThan(ATTACK);
    expect(await toldAfter(11, 'replay-1')).toBe(ATTACK);
  });

  it('waits for more while its producer says that it goes on', async () => {
    await sendTo('replay-1');
    await redis.hset(keys.global(TIMELINE_PRODUCERS), 'replay-1', 'open');
    expect(await toldAfter(500, 'replay-1')).toBeLessThan(ATTACK);
    expect(await toldAfter(601, 'replay-1')).toBe(ATTACK);
  });

  it('is evaluated at once when its producer said that it was all', async () => {
    await sendTo('replay-1');
    await redis.hset(keys.global(TIMELINE_PRODUCERS), 'replay-1', 'ended');
    expect(await toldAfter(0, 'replay-1')).toBe(ATTACK);
  });

  it('has its attacks closed when its producer said that it was all, in the partitions of windows too', async () => {
    await redis.hset(keys.global(TIMELINE_PRODUCERS), 'replay-1', 'ended');
    await sendTo('replay-1', [...attackOf(1, ATTACK), ...manySources(0)]);
    await toldAfter(0, 'replay-1');
    expect((await alertsOf('replay-1')).map(({ rule, ended }) => [rule, ended]).sort()).toEqual([
      ['failures', true],
      ['many-sources', true],
    ]);
  });

  it('leaves its attacks open while nothing but silence says that it was all', async () => {
    await sendTo('replay-1');
    await toldAfter(11, 'replay-1');
    expect((await alertsOf('replay-1')).map(({ ended }) => ended)).toEqual([false]);
  });

  it('raises another alert for what comes after its producer said that it was all', async () => {
    await redis.hset(keys.global(TIMELINE_PRODUCERS), 'replay-1', 'ended');
    await sendTo('replay-1');
    await toldAfter(0, 'replay-1');
    await sendTo('replay-1', attackOf(1, 8, ATTACK));
    await toldAfter(0, 'replay-1');
    const alerts = await alertsOf('replay-1');
    expect(alerts.map(({ events, ended }) => [events, ended]).sort()).toEqual([
      [ATTACK, true],
      [8, true],
    ]);
  });

  it.each(['are there', 'are taken in the same step'])(
    'is evaluated although events of others %s',
    async (of) => {
      await sendTo('replay-1');
      const detection = new TestDetection(redis, keys, rules, { now: () => Date.now() + 11_000 });
      const followers = await detection.takeOverAll();
      await detection.settle(followers);
      const arrivals = await detection.arrivals.read();
      await pipeline.arrive(attackOf(2, ATTACK));
      await pipeline.passTime(60);
      for (const follower of followers)
        await (of === 'are there' ? follower.rest(arrivals) : follower.step(arrivals));
      await detection.settle(followers);
      for (const timeline of ['replay-1', 'live'])
        expect((await alertsOf(timeline)).map(({ events }) => events)).toEqual([ATTACK]);
    },
  );

  it('is not evaluated before all of it was taken', async () => {
    await redis.hset(keys.global(TIMELINE_PRODUCERS), 'replay-1', 'ended');
    await sendTo('replay-1', attackOf(1, 3));
    const detection = new TestDetection(redis, keys, rules);
    const followers = await detection.takeOverAll();
    await detection.settle(followers);
    const arrivals = await detection.arrivals.read();
    await sendTo('replay-1', attackOf(1, ATTACK, 3));
    for (const follower of followers) await follower.rest(arrivals);
    await detection.settle(followers);
    // A mark of its own would have closed the attack of which only a part was taken.
    expect((await alertsOf('replay-1')).map(({ ended }) => ended)).not.toContain(true);
    await detection.rest(followers);
    const alerts = await alertsOf('replay-1');
    expect(alerts.map(({ events, ended }) => [events, ended])).toEqual([[ATTACK + 3, true]]);
  });

  it('has windows judged that it goes on with between two checkpoints', async () => {
    const detection = new TestDetection(redis, keys, rules, { now: () => Date.now() + 11_000 });
    const followers = await detection.takeOverAll();
    for (const from of [0, 60]) {
      await sendTo('replay-1', manySources(from));
      for (const follower of followers) while (await follower.take());
      const arrivals = await detection.arrivals.read();
      for (const follower of followers) await follower.rest(arrivals);
      await detection.settle(followers);
    }
    expect((await alertsOf('replay-1')).map(({ rule, events }) => [rule, events])).toEqual([
      ['many-sources', 9],
      ['many-sources', 9],
    ]);
  });

  it('is evaluated to its end although no watermark came with it', async () => {
    await sendBeforeBacklog('replay-1', attackOf(1, ATTACK));
    expect(await toldAfter(11, 'replay-1')).toBe(ATTACK);
  });

  it('has its windows judged although no watermark came with it', async () => {
    await sendBeforeBacklog('replay-1', manySources(0));
    expect(await toldAfter(11, 'replay-1')).toBe(9);
  });

  it('is evaluated again when it goes on without a watermark', async () => {
    await sendBeforeBacklog('replay-1', attackOf(1, ATTACK));
    expect(await toldAfter(11, 'replay-1')).toBe(ATTACK);
    await sendBeforeBacklog('replay-1', attackOf(1, ATTACK, ATTACK));
    expect(await toldAfter(22, 'replay-1')).toBe(2 * ATTACK);
  });

  it('is not at its end while events of it are on their way', async () => {
    await sendTo('replay-1');
    await redis.hset(keys.global(TIMELINE_PRODUCERS), 'replay-1', 'ended');
    await appendRaw(redis, keys, { partition: 1, events: attackOf(2, 1), at: NOW, timeline: 'replay-1' });
    expect(await toldAfter(60, 'replay-1')).toBeLessThan(ATTACK);
  });

  it('is forgotten with its state when its name is gone', async () => {
    await sendTo('replay-1');
    expect(await toldAfter(11, 'replay-1')).toBe(ATTACK);
    await redis.hdel(keys.global('timelines'), 'replay-1');
    await toldAfter(11, 'replay-1');
    for (let partition = 0; partition < PARTITIONS; partition++) {
      expect(await redis.exists(keys.of(partition, statesKey('replay-1')))).toBe(0);
      expect(await redis.hexists(keys.of(partition, KEYS.detection), headerField('replay-1'))).toBe(0);
    }
  });

  it('begins anew where its name is given again before the next checkpoint', async () => {
    await sendTo('replay-1', attackOf(1, 4));
    await redis.hdel(keys.global('timelines'), 'replay-1');
    const detection = new TestDetection(redis, keys, rules, { now: () => Date.now() + 11_000 });
    const followers = await detection.takeOverAll();
    await detection.settle(followers);
    const arrivals = await detection.arrivals.read();
    for (const follower of followers) await follower.rest(arrivals);
    await sendTo('replay-1', attackOf(1, 4));
    const again = await detection.arrivals.read();
    for (const follower of followers) {
      while (await follower.take());
      await follower.rest(again);
      while (await follower.take());
      await follower.checkpoint();
      expect(await redis.hexists(keys.of(follower.partition, KEYS.detection), headerField('replay-1'))).toBe(
        1,
      );
    }
    await sendTo('replay-1', attackOf(1, 4, 4));
    expect(await toldAfter(11, 'replay-1')).toBe(8);
  });
});
