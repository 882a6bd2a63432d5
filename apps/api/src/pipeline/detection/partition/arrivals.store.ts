import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { SegmentStore } from '../../segment.store';
import { TIMELINE_PRODUCERS } from '../../topology';
import type { ProducerState } from './quiet-timeline';

/** What is still to be expected, as it was when it was read. */
export interface Arrivals {
  /** Whether events of a timeline are on their way to the partitions of their sources. */
  isUnderWay(timeline: string): boolean;
  producerOf(timeline: string): ProducerState | undefined;
  /** Names of the named timelines that are kept. */
  readonly kept: ReadonlySet<string>;
}

/** Reads what may still arrive, over all partitions. */
export class ArrivalsStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly segments: SegmentStore,
  ) {}

  async read(): Promise<Arrivals> {
    const kept = new Set(await this.redis.hkeys(this.keys.global('timelines')));
    // What producers said is read first: whoever said that it was all had sent all of it.
    const producers = await this.redis.hgetall(this.keys.global(TIMELINE_PRODUCERS));
    const partitions = Array.from({ length: this.keys.partitions }, (_, partition) => partition);
    const pending = await Promise.all(partitions.map((one) => this.segments.pendingTimelines(one)));
    return {
      kept,
      isUnderWay: (timeline) => pending.some((names) => names.has(timeline) || names.has('*')),
      producerOf(timeline) {
        const state = producers[timeline];
        return state === 'open' || state === 'ended' ? state : undefined;
      },
    };
  }
}
