import { connectRedis, untilReady } from './connection';
import { freshPrefix, isClusterRun, testRedisUrl } from './testing';

describe('the Redis of the tests', () => {
  it('is the same for a whole file, one process or a cluster as the run asks for', async () => {
    const url = await testRedisUrl();
    expect(await testRedisUrl()).toBe(url);
    expect(url.startsWith('redis-cluster://')).toBe(isClusterRun());
    const connection = connectRedis(url, 'pipeline');
    await untilReady(connection);
    expect(await connection.set(freshPrefix(), 'x')).toBe('OK');
    connection.disconnect();
  });

  it('gives every test a prefix of its own', () => {
    expect(freshPrefix()).not.toBe(freshPrefix());
    expect(freshPrefix()).toMatch(/^[a-z0-9-]{1,32}$/);
  });
});
