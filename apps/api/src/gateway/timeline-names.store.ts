import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { EDGE_LIMITS } from '../pipeline/topology';

/** Which named timelines there are, as the edge admits them and the sweep forgets them. */
export class TimelineNames {
  /** Last use of each name in ms since the epoch, as it was last read. */
  #used = new Map<string, number>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** Whether there is a timeline of this name now. */
  async has(name: string): Promise<boolean> {
    return (await this.redis.hexists(this.keys.global('timelines'), name)) === 1;
  }

  /**
   * Those of some timelines that were swept, or may have been since the call before: a name that was not used for as long as
   * timelines are kept may have been forgotten and taken again.
   */
  async swept(names: readonly string[]): Promise<string[]> {
    const stored = await this.redis.hgetall(this.keys.global('timelines'));
    const before = this.#used;
    this.#used = new Map(Object.entries(stored).map(([name, at]) => [name, Number(at)]));
    return names.filter((name) => {
      const at = this.#used.get(name);
      return at === undefined || at - (before.get(name) ?? at) >= EDGE_LIMITS.timelineMs;
    });
  }
}
