import { Cluster, Redis } from 'ioredis';

/** One Redis or a Redis Cluster: every script of ours touches one slot, so both take the same calls. */
export type RedisConnection = Redis | Cluster;

/**
 * What a connection is for decides how it fails.
 * - `append`: the edge. Fails fast, never queues offline, so that a client gets its 503 within seconds.
 * - `pipeline`: stages, dispatcher, readers. Retries for as long as it takes, but notices a silent cut.
 * - `queue`: BullMQ, which blocks while it waits: no command timeout, unlimited retries.
 */
export type ConnectionPurpose = 'append' | 'pipeline' | 'queue';

const CLUSTER_SCHEME = 'redis-cluster://';

/** How long a server may take to close its end, in ms; then the connection is cut. */
const DISCONNECT_MS = 300;

/** Figures: a silent network cut wedges a client for good unless `socketTimeout` ends it; it must exceed the blocking read. */
const OPTIONS = {
  append: {
    disconnectTimeout: DISCONNECT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 2_000,
    socketTimeout: 5_000,
    retryStrategy: (times: number) => Math.min(50 * times, 500),
  },
  pipeline: {
    disconnectTimeout: DISCONNECT_MS,
    maxRetriesPerRequest: null,
    commandTimeout: 10_000,
    socketTimeout: 10_000,
    retryStrategy: (times: number) => Math.min(50 * times, 1_000),
  },
  queue: {
    disconnectTimeout: DISCONNECT_MS,
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
    socketTimeout: 10_000,
    retryStrategy: (times: number) => Math.min(50 * times, 1_000),
  },
} as const;

/** The nodes named by a `redis-cluster://host:port,host:port` URL; undefined for any other URL. */
export function clusterNodes(url: string): { host: string; port: number }[] | undefined {
  if (!url.startsWith(CLUSTER_SCHEME)) return undefined;
  return url
    .slice(CLUSTER_SCHEME.length)
    .split(',')
    .map((address) => {
      const colon = address.lastIndexOf(':');
      return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    });
}

/**
 * Opens a connection to `redis://`, `rediss://` or `redis-cluster://`. It connects by itself and again after
 * each loss. Every failure reaches `onError`; without a listener ioredis would print it.
 */
export function connectRedis(
  url: string,
  purpose: ConnectionPurpose,
  onError: (error: Error) => void = () => undefined,
): RedisConnection {
  const options = OPTIONS[purpose];
  const nodes = clusterNodes(url);
  const connection = nodes
    ? new Cluster(nodes, {
        redisOptions: options,
        enableOfflineQueue: true,
        enableReadyCheck: true,
        slotsRefreshTimeout: 2_000,
        clusterRetryStrategy: (times) => Math.min(50 * times, 1_000),
      })
    : new Redis(url, options);
  connection.on('error', onError);
  return connection;
}

/** Waits until the connection can take commands. Rejects after `timeoutMs`. */
export async function untilReady(connection: RedisConnection, timeoutMs = 10_000): Promise<void> {
  if (connection.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Redis did not become ready in ${timeoutMs} ms`)),
      timeoutMs,
    );
    connection.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Ends a connection whose server does not answer `PING` within `withinMs`: what waits for an answer is rejected at once, not
 * each at its own time limit. For use at the end of a process.
 */
export async function endUnlessAnswering(connection: RedisConnection, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const answer =
    connection.status === 'ready' &&
    (await Promise.race([
      connection.ping().then(
        () => true,
        () => false,
      ),
      silence,
    ]));
  clearTimeout(timer);
  if (answer) return;
  connection.disconnect();
  // Between two attempts to connect there is nothing to end, and what waits for the next would go on waiting: it is made now.
  if (connection.status === 'reconnecting') connection.connect().catch(() => undefined);
}

/** The nodes that hold keys: the one connection, or every master of the cluster. */
export function masters(connection: RedisConnection): Redis[] {
  return connection instanceof Cluster ? connection.nodes('master') : [connection];
}
