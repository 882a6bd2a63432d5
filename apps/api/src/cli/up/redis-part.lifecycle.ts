import { PrivateRedis, type PrivateRedisOptions } from '@watchfloor/redis';
import type { Part } from './part';

/** The private Redis as a part: it keeps its port over restarts, so that the others find it again. */
export class RedisPart implements Part {
  readonly name = 'redis';
  private redis: PrivateRedis | undefined;
  private readonly listeners: ((how: string) => void)[] = [];

  constructor(private readonly options: PrivateRedisOptions) {}

  get pid(): number | undefined {
    return this.redis?.pid;
  }

  get url(): string {
    return this.redis?.url ?? '';
  }

  onExit(listener: (how: string) => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    if (this.redis === undefined) this.redis = await PrivateRedis.start(this.options);
    else await this.redis.restart();
    void this.redis.exited().then((how) => {
      for (const listener of this.listeners) listener(how);
    });
  }

  async stop(): Promise<string> {
    await this.redis?.stop();
    return 'stopped';
  }
}
