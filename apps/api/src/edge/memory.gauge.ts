import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { masters, type RedisConnection } from '@watchfloor/redis';
import { EDGE_LIMITS } from '../pipeline/topology';
import type { LoadGauge } from './load-gauge';
import { memoryShare } from './memory-share';

const POLL_MS = 500;

/**
 * Closes the door well below `maxmemory`: at the limit workers could not even take a job, and nothing would ever drain.
 * A node that does not answer keeps its last figure; that the storage is gone is told by other means.
 */
export class MemoryGauge implements LoadGauge, OnApplicationBootstrap, OnModuleDestroy {
  #share = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly redis: RedisConnection) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.poll();
    this.#timer = setInterval(() => void this.poll(), POLL_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Reads the figures of every node that holds keys. */
  async poll(): Promise<void> {
    const replies = await Promise.allSettled(masters(this.redis).map((node) => node.info('memory')));
    const shares = replies.flatMap((reply) =>
      reply.status === 'fulfilled' ? [memoryShare(reply.value)] : [],
    );
    if (shares.length > 0) this.#share = Math.max(...shares);
  }

  overloaded(): string | undefined {
    return this.#share > EDGE_LIMITS.shedAt ? 'the storage is nearly full' : undefined;
  }
}
