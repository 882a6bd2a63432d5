import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { newestFirst } from './newest-first.store';
import { ALL_ROWS } from './stream-cursor';
import { bodiesOf, STREAMS } from './topology';

let redis: RedisConnection;
let keys: Keyspace;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
  keys = new Keyspace(freshPrefix(), 2);
  // In turn in both partitions, more of them than one page has, each with a body of many events.
  for (let i = 1; i <= 600; i++) {
    await redis.xadd(keys.of(i % 2, STREAMS.keyed), `${i}-0`, 'n', 300, 'tl', 'live', 'm', '{}');
    await redis.hset(keys.of(i % 2, bodiesOf(STREAMS.keyed)), `${i}-0`, `body ${i}`);
  }
}, 30_000);
afterAll(() => redis.disconnect());

async function read(wantsBody: (id: string) => boolean): Promise<[id: string, body: string | undefined][]> {
  const from = [0, 1].map((partition) => ({ id: `${600 - partition}-0` as const, row: ALL_ROWS }));
  const listing = {
    stream: STREAMS.keyed,
    wantsBody: (_: readonly string[], _partition: number, id: string) => wantsBody(id),
  };
  const entries: [string, string | undefined][] = [];
  for await (const { id, body } of newestFirst(redis, keys, listing, from))
    entries.push([id, body?.toString()]);
  return entries;
}

describe('entries of all partitions, newest first', () => {
  it.each([
    ['no body', () => false],
    ['every body', () => true],
    ['some bodies', (id: string) => Number.parseInt(id) % 3 === 0],
  ])('are all there when %s is asked for, with those bodies', async (_, wantsBody) => {
    const expected = Array.from({ length: 600 }, (__, i) => `${600 - i}-0`);
    expect(await read(wantsBody)).toEqual(
      expected.map((id) => [id, wantsBody(id) ? `body ${Number.parseInt(id)}` : undefined]),
    );
  });
});
