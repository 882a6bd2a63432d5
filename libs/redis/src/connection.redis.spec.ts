import { connectRedis, endUnlessAnswering, untilReady, type RedisConnection } from './connection';
import type { PrivateRedis } from './private/private-redis';
import { ownRedis } from './testing';

/** Longer than an answer takes, shorter than any time limit of a command. */
const WITHIN_MS = 500;
const PROMPT_MS = 2_000;

describe('a connection that is to end unless its server answers', () => {
  let redis: PrivateRedis;
  let connection: RedisConnection;

  beforeEach(async () => {
    redis = await ownRedis();
    connection = connectRedis(redis.url, 'pipeline');
    await untilReady(connection);
  });
  afterEach(() => connection.disconnect());

  /** How long a command takes to be rejected that is sent now, in ms. */
  async function rejectedAfter(): Promise<number> {
    const sent = performance.now();
    await expect(connection.get('key')).rejects.toThrow();
    return performance.now() - sent;
  }

  it('stays when it does', async () => {
    await endUnlessAnswering(connection, WITHIN_MS);
    expect(await connection.ping()).toBe('PONG');
  });

  it('rejects what is sent later at once when the server is gone', async () => {
    await redis.kill9();
    const lost = new Promise((resolve) => connection.once('reconnecting', resolve));
    await lost;
    const waiting = rejectedAfter();
    await endUnlessAnswering(connection, WITHIN_MS);
    expect(await waiting).toBeLessThan(PROMPT_MS);
    expect(await rejectedAfter()).toBeLessThan(PROMPT_MS);
    expect(connection.status).toBe('end');
  });

  it('rejects what was sent before when the server is silent', async () => {
    redis.pause();
    const waiting = rejectedAfter();
    await endUnlessAnswering(connection, WITHIN_MS);
    expect(await waiting).toBeLessThan(PROMPT_MS);
  });
});
