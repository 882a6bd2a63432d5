import type { NormalisedEvent } from '@watchfloor/contracts';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { watermarkField } from '../../aggregation/aggregate';
import { appendRaw, TestWorker } from '../../testing';
import { KEYS, STREAMS, TIMELINE_PRODUCERS } from '../../topology';
import { aRule, BEGIN, loginAt } from '../testing';
import { headerField, statesKey } from './checkpoint.store';
import { type PartitionFollower, TakenOverError } from './partition-follower.consumer';
import { TestDetection } from './testing';

jest.setTimeout(60_000);

const PARTITIONS = 4;
const NOW = BEGIN + 60_000;

const rules = [
  aRule({
    id: 'failures',
    kind: 'bucket',
    where: { 'event.outcome': 'failure' },
    capacity: 5,
    leak: '10s',
    silence: '30s',
  }),
  aRule({
    id: 'many-sources',
    kind: 'threshold',
    key: 'host.name',
    window: '10s',
    limit: 6,
    distinct: 'source.ip',
  }),
];

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
  worker = new TestWorker(redis, keys, { now: () => NOW, detection: true });
});

/** Failed logins of one source, one a second. */
function attackOf(source: number, count: number, from = 0): NormalisedEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const event = loginAt((from + i) * 1_000, { ip: `198.18.0.${source}` });
    return { ...event, event: { ...event.event, id: `attack-${source}-${from + i}` } };
  });
}

/** One login each of many sources at one moment, so that time passes for every source. */
async function passTime(seconds: number): Promise<void> {
  const event = loginAt(seconds * 1_000, { ip: '203.0.113.99', outcome: 'success' });
  const events = [{ ...event, event: { ...event.event, id: `time-${seconds}` } }];
  await appendRaw(redis, keys, { partition: 0, events, at: NOW });
  await worker.drain();
}

async function arrive(events: readonly NormalisedEvent[], partition = 0): Promise<void> {
  await appendRaw(redis, keys, { partition, events, at: NOW });
  await worker.drain();
}

describe('detection behind aggregation', () => {
  it('raises one alert for each attack', async () => {
    const detection = new TestDetection(redis, keys, rules);
    const followers = await detection.takeOverAll();
    await appendRaw(redis, keys, { partition: 1, events: attackOf(2, 20), at: NOW });
    await arrive(attackOf(1, 20));
    await passTime(60);
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
    await arrive(Array.from({ length: 9 }, (_, i) => attackOf(10 + i, 1)).flat());
    await passTime(60);
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
      await arrive([...attackOf(1, 4, from), ...attackOf(2, 4, from)], from % PARTITIONS);
      await eager.settle(followers);
    }
    await passTime(120);
    await eager.settle(followers);
    const raised = await eager.raised('live');
    expect(raised).not.toEqual([]);

    keys = new Keyspace(freshPrefix(), PARTITIONS);
    worker = new TestWorker(redis, keys, { now: () => NOW, detection: true });
    const lazy = new TestDetection(redis, keys, rules);
    for (let from = 0; from < 40; from += 4)
      await arrive([...attackOf(1, 4, from), ...attackOf(2, 4, from)], from % PARTITIONS);
    await passTime(120);
    await lazy.settle(await lazy.takeOverAll());
    expect(await lazy.raised('live')).toEqual(raised);
  });
});

describe('a worker that dies between alerts and checkpoint', () => {
  it('leaves alerts that the next one finds again without repeating them', async () => {
    const detection = new TestDetection(redis, keys, rules);
    const dying = await detection.takeOverAll();
    await arrive(attackOf(1, 8));
    await detection.settle(dying);
    await arrive(attackOf(1, 12, 8));
    await passTime(60);
    for (const follower of dying) while (await follower.take());

    const next = await detection.takeOverAll();
    await detection.settle(next);

    const { items } = await detection.alerts.list({ timeline: 'live', limit: 10 });
    expect(items.map(({ key, events }) => [key, events])).toEqual([['198.18.0.1', 20]]);
    expect((await detection.alerts.figures()).raised).toBe(1);
  });

  it('leaves a bucket that goes on as full as its checkpoint has it', async () => {
    const detection = new TestDetection(redis, keys, rules);
    await arrive(attackOf(1, 4));
    await passTime(10);
    await detection.settle(await detection.takeOverAll());
    expect(await detection.raised('live')).toEqual([]);

    // Of four drops one has leaked: three more make it overflow, and would not in an empty one.
    await arrive(attackOf(1, 3, 11));
    await passTime(40);
    await detection.settle(await detection.takeOverAll());
    expect(await detection.raised('live')).toHaveLength(1);
  });

  it('leaves events that wait for their time to the next one', async () => {
    const detection = new TestDetection(redis, keys, rules);
    await arrive(attackOf(1, 8));
    await detection.settle(await detection.takeOverAll());
    await passTime(60);
    await detection.settle(await detection.takeOverAll());
    const { items } = await detection.alerts.list({ timeline: 'live', limit: 10 });
    expect(items.map(({ key, events }) => [key, events])).toEqual([['198.18.0.1', 8]]);
  });
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
    await arrive(attackOf(1, 8));
    await passTime(9);
    await passTime(14);
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
    await arrive(attackOf(1, 12, 14));
    await passTime(40);
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
    await arrive(attackOf(1, 12, 14));
    await passTime(40);
    await detection.settle(owners);
    expect(await stored(detection)).toEqual([{ ended: false, severity: 'low', events: 20 }]);
  });
});

describe('a timeline that nothing comes to', () => {
  const ATTACK = 12;

  async function sendTo(timeline: string, events = attackOf(1, ATTACK)): Promise<void> {
    await redis.hset(keys.global('timelines'), timeline, Date.now());
    await appendRaw(redis, keys, { partition: 0, events, at: NOW, timeline });
    await worker.drain();
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
    await worker.drain(['ingest', 'processing']);
    const backlog = Array.from({ length: 1_001 }, (_, i) => attackOf(2, 1, i));
    for (const one of backlog) await appendRaw(redis, keys, { partition: 1, events: one, at: NOW });
    await worker.drain(['aggregation']);
    expect(await watermarks(timeline)).toEqual(Array.from({ length: PARTITIONS }, () => null));
    await worker.drain();
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
      await arrive(attackOf(2, ATTACK));
      await passTime(60);
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

describe('an owner that was taken over without noticing', () => {
  async function zombieWrites(fenced: boolean): Promise<TestDetection> {
    const detection = new TestDetection(redis, keys, rules, { fenced });
    const zombies = await detection.takeOverAll();
    await arrive(attackOf(1, 4));
    await passTime(20);
    for (const zombie of zombies) while (await zombie.take());
    const owners = await detection.takeOverAll();
    await arrive(attackOf(1, 4, 21));
    await passTime(60);
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
      await arrive(events, round % PARTITIONS);
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
    await passTime(60);
    await passTime(61);
    expect(Math.max(...(await kept()))).toBeLessThanOrEqual(recent + 250);
  });

  it('is not held back where detection is off', async () => {
    await flood();
    worker = new TestWorker(redis, keys, { now: () => NOW, detection: false });
    await passTime(60);
    await passTime(61);
    expect(Math.max(...(await kept()))).toBeLessThanOrEqual(recent + 250);
    expect(await redis.exists(keys.of(0, STREAMS.marks))).toBe(0);
  });
});
