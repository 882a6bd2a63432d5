import { type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Keyspace, masters, type RedisConnection, untilReady } from '@watchfloor/redis';

/** The stored number of partitions is another one than configured. */
export class PartitionsChangedError extends Error {
  constructor(stored: number, configured: number) {
    super(
      `PARTITIONS is ${configured}, but the data was written with ${stored}. Keys are placed by that number, so it cannot ` +
        `change under them: set PARTITIONS=${stored}, or let the pipeline run dry, stop it and start with a new ` +
        'KEY_PREFIX (or an empty Redis).',
    );
    this.name = 'PartitionsChangedError';
  }
}

/** Fixes the number of partitions at the first start, and reads how durable the store is. */
export class PartitionSettings implements OnModuleInit, BeforeApplicationShutdown {
  #fsync: string | undefined;
  #stopping = false;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** `appendfsync` of the store, `off` without an append-only file; undefined where the store does not tell. */
  get fsync(): string | undefined {
    return this.#fsync;
  }

  /** Whether this process has been asked to stop. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** @throws PartitionsChangedError */
  async onModuleInit(): Promise<void> {
    await untilReady(this.redis, 30_000);
    const key = this.keys.global('partitions');
    await this.redis.setnx(key, this.keys.partitions);
    const stored = Number(await this.redis.get(key));
    if (stored !== this.keys.partitions) throw new PartitionsChangedError(stored, this.keys.partitions);
    this.#fsync = await this.#readFsync();
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }

  async #readFsync(): Promise<string | undefined> {
    try {
      const [node] = masters(this.redis);
      const flat = (await node?.config('GET', 'append*')) as string[] | undefined;
      const value = (name: string): string | undefined => flat?.[flat.indexOf(name) + 1];
      return value('appendonly') === 'no' ? 'off' : value('appendfsync');
    } catch {
      // Managed services refuse CONFIG; readiness then names what was asked for.
      return undefined;
    }
  }
}
