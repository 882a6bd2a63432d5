import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { aRule } from '../testing';
import type { PartitionFollower } from './partition-follower.consumer';
import { attackOf, PARTITIONS, TestDetection, TestPipeline } from './testing';

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

describe('an alert that is open when its rule changes', () => {
  const failures = (fields: Readonly<Record<string, unknown>>) =>
    aRule({
      id: 'failures',
      kind: 'bucket',
      where: { 'event.outcome': 'failure' },
      capacity: 5,
      leak: '10s',
      silence: '30s',
      ...fields,
    });
  const unchanged = [failures({})];
  const counted = [failures({ capacity: 7 })];
  const removed = [failures({ id: 'another' })];

  const stored = async ({ alerts }: TestDetection) =>
    (await alerts.list({ timeline: 'live', limit: 10 })).items
      .map(({ ended, severity, events }) => ({ ended, severity, events }))
      .sort((a, b) => a.events - b.events);

  /** An attack that goes on: it has an open alert of eight events, and nothing waits. */
  async function anOpenAlert() {
    const detection = new TestDetection(redis, keys, unchanged);
    const followers = await detection.takeOverAll();
    await pipeline.arrive(attackOf(1, 8));
    await pipeline.passTime(9);
    await pipeline.passTime(14);
    await detection.settle(followers);
    expect(await stored(detection)).toMatchObject([{ ended: false, severity: 'high' }]);
    return { detection, followers };
  }

  async function step(followers: readonly PartitionFollower[]): Promise<void> {
    for (const follower of followers) await follower.step(undefined);
  }

  it.each([
    ['counts otherwise', counted],
    ['is removed', removed],
  ])('ends when it %s', async (_what, rules) => {
    const { detection, followers } = await anOpenAlert();
    detection.rules = rules;
    await step(followers);
    expect(await stored(detection)).toEqual([{ ended: true, severity: 'high', events: 8 }]);
  });

  it.each([
    ['counts otherwise', counted],
    ['is removed', removed],
  ])('ends when it %s between one owner and the next, once', async (_what, rules) => {
    const { detection } = await anOpenAlert();
    detection.rules = rules;
    // The first of them dies before it writes a checkpoint: the next finds the same.
    for (const round of [1, 2, 3]) {
      const owners = await detection.takeOverAll();
      for (const owner of owners) await owner.take();
      const [first] = (await detection.alerts.list({ timeline: 'live', limit: 10 })).items;
      expect(first).toMatchObject({ ended: true, events: 8, severity: 'high', status: 'closed', version: 2 });
      expect(first?.notes.map(({ text }) => text)).toEqual(['closed: the rule was changed or removed']);
      if (round > 1) await detection.settle(owners);
    }
    expect((await detection.alerts.figures()).raised).toBe(1);
  });

  it('ends when the owner that saw the change dies before its checkpoint', async () => {
    const { detection, followers } = await anOpenAlert();
    detection.rules = removed;
    for (const follower of followers) await follower.step(undefined);
    await detection.settle(await detection.takeOverAll());
    expect(await stored(detection)).toEqual([{ ended: true, severity: 'high', events: 8 }]);
  });

  it('is followed by one of the changed rule while the attack goes on', async () => {
    const { detection, followers } = await anOpenAlert();
    detection.rules = counted;
    await step(followers);
    await pipeline.arrive(attackOf(1, 12, 14));
    await pipeline.passTime(40);
    await detection.settle(followers);
    expect((await stored(detection)).map(({ ended }) => ended).sort()).toEqual([false, true]);
  });

  it.each([
    ['in the same owner', (detection: TestDetection, owners: PartitionFollower[]) => Promise.resolve(owners)],
    ['in the next owner', (detection: TestDetection) => detection.takeOverAll()],
  ])('goes on under new words when only those changed, %s', async (_where, next) => {
    const { detection, followers } = await anOpenAlert();
    detection.rules = [failures({ severity: 'low', silence: '1m', aliases: ['other/name'] })];
    const owners = await next(detection, followers);
    await step(owners);
    await pipeline.arrive(attackOf(1, 12, 14));
    await pipeline.passTime(40);
    await detection.settle(owners);
    expect(await stored(detection)).toEqual([{ ended: false, severity: 'low', events: 20 }]);
  });
});
