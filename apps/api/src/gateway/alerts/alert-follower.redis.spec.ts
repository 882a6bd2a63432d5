import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { AlertStore } from '../../pipeline/alerts/alert.store';
import { aCourse, anAlertChange } from '../../pipeline/alerts/testing';
import { STREAMS } from '../../pipeline/topology';
import { AlertFollower } from './alert-follower.lifecycle';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const PARTITIONS = 2;

let redis: RedisConnection;
let keys: Keyspace;
let store: AlertStore;
let follower: AlertFollower;
let raisedAt = NOW;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
  store = new AlertStore(redis, keys);
  follower = new AlertFollower(store, PARTITIONS);
});

const raise = (id: string, partition = 0, timeline = 'live'): Promise<number> =>
  store.apply(partition, timeline, [anAlertChange('raised', { id })], { now: (raisedAt += 1_000) });

async function newest(timeline = 'live'): Promise<string[]> {
  await follower.follow();
  return (await follower.open(timeline)).newest.map(({ id }) => id);
}

describe('a follower of alerts', () => {
  it('is ready once it has read what is stored', async () => {
    await raise('a', 0);
    await raise('b', 1);
    expect(follower.ready).toBe(false);
    expect(await newest()).toEqual(['b', 'a']);
    expect(follower.ready).toBe(true);
  });

  it('knows each alert as it is stored after any number of changes', async () => {
    await newest();
    await store.apply(1, 'live', aCourse('a', 3), { now: NOW });
    await raise('b');
    await store.patch('b', 1, { note: 'x' }, { by: 'ada', now: NOW });
    await follower.follow();
    const recent = await follower.open('live');
    expect(recent.newest).toEqual([await store.get('b'), await store.get('a')]);
    expect(recent.changesAfter(recent.change - 2)?.alerts).toHaveLength(2);
  });

  it('opens a timeline with what is stored of it and follows it from there', async () => {
    await raise('of-live');
    await raise('of-case', 1, 'case-1');
    expect(await newest('case-1')).toEqual(['of-case']);
    await raise('more-of-case', 0, 'case-1');
    expect(await newest('case-1')).toEqual(['more-of-case', 'of-case']);
    expect(await newest()).toEqual(['of-live']);
  });

  it('reads everything again when the log was cut before it was read, and knows that it has missed changes', async () => {
    await newest();
    const { change } = await follower.open('live');
    for (const id of ['a', 'b', 'c', 'd']) await raise(id);
    await redis.xtrim(keys.of(0, STREAMS.alertsLog), 'MAXLEN', 1);
    expect(await newest()).toEqual(['d', 'c', 'b', 'a']);
    expect((await follower.open('live')).changesAfter(change)).toBeUndefined();
    await raise('e');
    expect(await newest()).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('drops alerts that had to make room and those of a timeline that was forgotten', async () => {
    store = new AlertStore(redis, keys, 2);
    follower = new AlertFollower(store, PARTITIONS);
    await newest('case-1');
    for (const id of ['a', 'b', 'c']) await raise(id);
    await raise('of-case', 1, 'case-1');
    expect(await newest()).toEqual(['c', 'b']);
    expect(await newest('case-1')).toEqual(['of-case']);
    await store.forget('case-1');
    expect(await newest('case-1')).toEqual([]);
  });

  it('tells nothing as changed that only its reading again has touched', async () => {
    await raise('a');
    await newest();
    const recent = await follower.open('live');
    const { change } = recent;
    await follower.follow();
    await follower.follow();
    expect(recent.change).toBe(change);
  });
});
