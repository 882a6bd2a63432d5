import { Redis, Cluster } from 'ioredis';
import { freshPrefix, ownCluster, ownRedis } from '../testing';

jest.setTimeout(30_000);

async function ask<Answer>(port: number, use: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis({ host: '127.0.0.1', port });
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

describe('a private Redis', () => {
  it('listens on loopback, never evicts and forces every write to disk unless told otherwise', async () => {
    const { port } = await ownRedis();
    const settings = await ask(port, (redis) => redis.config('GET', 'bind', 'maxmemory-policy', 'append*'));
    expect(settings).toEqual(
      expect.arrayContaining([
        'bind',
        '127.0.0.1',
        'noeviction',
        'appendonly',
        'yes',
        'appendfsync',
        'always',
      ]),
    );
  });

  it('has every acknowledged write after a kill -9 and a restart on the same port', async () => {
    const server = await ownRedis();
    const key = freshPrefix();
    await ask(server.port, (redis) => redis.set(key, 'kept'));
    await server.kill9();
    expect(server.pid).toBeUndefined();
    await server.restart();
    expect(await ask(server.port, (redis) => redis.get(key))).toBe('kept');
  });

  it('says why it did not come up', async () => {
    const { port } = await ownRedis({ durability: 'none' });
    await expect(ownRedis({ port, readyWithinMs: 5_000 })).rejects.toThrow(
      /ended [^]*Its log ends:[^]*Address already in use/,
    );
  });
});

describe('a private cluster', () => {
  it('serves every slot from three processes', async () => {
    const cluster = await ownCluster();
    expect(cluster.nodes).toHaveLength(3);
    const client = new Cluster(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
    try {
      const keys = Array.from({ length: 50 }, (_, index) => `${freshPrefix()}-${index}`);
      await Promise.all(keys.map((key) => client.set(key, key)));
      expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
      expect(client.nodes('master')).toHaveLength(3);
    } finally {
      client.disconnect();
    }
  });
});
