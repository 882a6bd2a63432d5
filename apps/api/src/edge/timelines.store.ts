import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { RequestProblem } from '../http/problem';
import type { Clock } from '../pipeline/clock';
import { EDGE_LIMITS, LIVE_TIMELINE, TIMELINE_PRODUCERS } from '../pipeline/topology';
import { timelineOf, type Query } from './intake-query';
import type { ProducerState } from './timeline-announcement';
import { ADMIT_TIMELINE } from './lua/request';

/** A name that was just admitted is not asked about again for so long: its last use is known to within this. */
const FRESH_MS = 30_000;

const admit = new Script('admit-timeline', ADMIT_TIMELINE);

/** Which named timelines there are. */
export class TimelinesStore {
  readonly #admitted = new Map<string, number>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly clock: Clock,
  ) {}

  /** Notes that `name` is in use; false when it is new and there are as many as there may be. */
  async admit(name: string): Promise<boolean> {
    if (name === LIVE_TIMELINE) return true;
    const now = this.clock();
    if (now - (this.#admitted.get(name) ?? -Infinity) < FRESH_MS) return true;
    const reply = await admit.run(
      this.redis,
      [this.keys.global('timelines')],
      [name, EDGE_LIMITS.timelines, EDGE_LIMITS.timelineMs],
    );
    if (reply !== 1) return false;
    if (this.#admitted.size >= EDGE_LIMITS.timelines * 2) this.#admitted.clear();
    this.#admitted.set(name, now);
    return true;
  }

  /** Notes what the producer of a named timeline said of it. */
  async announce(name: string, state: ProducerState): Promise<void> {
    await this.redis.hset(this.keys.global(TIMELINE_PRODUCERS), name, state);
  }
}

/**
 * The timeline that a request names, noted as in use.
 * @throws RequestProblem `invalid_parameter` or `too_many_timelines`
 */
export async function admittedTimeline(timelines: TimelinesStore, query: Query): Promise<string> {
  const timeline = timelineOf(query);
  if (typeof timeline !== 'string')
    throw new RequestProblem('invalid_parameter', { detail: timeline.invalid });
  if (!(await timelines.admit(timeline))) throw new RequestProblem('too_many_timelines');
  return timeline;
}
