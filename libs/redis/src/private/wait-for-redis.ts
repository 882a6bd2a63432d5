import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';

/** What to wait for: the process `pid`, answering at `port` of loopback. */
export interface Awaited {
  readonly port: number;
  readonly pid: number | undefined;
  readonly timeoutMs: number;
  /** Aborted when waiting has become pointless; its reason is what the caller gets. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when that very process answers, which it does not while it loads its file. An answer of another Redis on the same
 * port does not count. Rejects after `timeoutMs` or when `signal` is aborted.
 */
export async function waitForRedis({ port, pid, timeoutMs, signal }: Awaited): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const server = await withConnection(port, (connection) => connection.info('server'));
      if (server.includes(`process_id:${pid}\r\n`)) return;
      failure = new Error('Another Redis answers there.');
    } catch (error) {
      failure = error;
    }
    await delay(15);
  }
  throw new Error(`Redis on 127.0.0.1:${port} was not ready within ${timeoutMs} ms.`, { cause: failure });
}

/** Runs `use` with a connection that neither queues nor retries, and closes it. */
export async function withConnection<Answer>(
  port: number,
  use: (connection: Redis) => Promise<Answer>,
): Promise<Answer> {
  const connection = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
    disconnectTimeout: 100,
    retryStrategy: () => null,
  });
  // Without a listener ioredis prints every refused connection; the rejected promise already says it.
  connection.on('error', () => undefined);
  try {
    await connection.connect();
    return await use(connection);
  } finally {
    connection.disconnect();
  }
}
