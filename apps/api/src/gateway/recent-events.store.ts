import type { NormalisedEvent } from '@watchfloor/contracts';
import { entryTime, FIRST, type Keyspace, type RedisConnection } from '@watchfloor/redis';
import { decodeBatch } from '../pipeline/batch-codec';
import type { Batch } from '../pipeline/batch/batch';
import type { BatchMeta } from '../pipeline/entry';
import { type ListedEntry, type ListPage, takePage } from '../pipeline/list-page';
import { newestFirst } from '../pipeline/newest-first.store';
import { ALL_ROWS, type StreamPosition } from '../pipeline/stream-cursor';
import { EVENT_TIME, KEYS, LIVE_TIMELINE, STREAMS } from '../pipeline/topology';
import { type EventFilter, eventPasses } from './event-filter';
import { type Coverage, coverageOf, type Reach } from './recent-coverage';

/** Events looked at for one page, and for one snapshot. */
const MOST_LOOKS = { page: 10_000, snapshot: 50_000 } as const;

/** Which recent events are listed. */
export interface RecentQuery {
  readonly timeline: string;
  readonly filter: EventFilter;
  readonly limit: number;
  readonly from?: readonly StreamPosition[] | undefined;
}

/** Events that are still kept and pass, newest first, with the range of event time that they answer for. */
export interface RecentMatches {
  readonly events: readonly { readonly event: NormalisedEvent; readonly time: number }[];
  readonly coverage: Coverage;
}

/** Reads the events that are kept behind aggregation: only what is counted already. */
export class RecentEventsStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** Recent events, newest first by their arrival behind the stages. */
  async list({ timeline, filter, limit, from }: RecentQuery): Promise<ListPage<NormalisedEvent>> {
    const positions = from ?? (await this.#aggregated());
    return takePage(this.#entries(timeline, positions), positions, {
      limit,
      mostLooks: MOST_LOOKS.page,
      rowsOf: (entry) =>
        batchIn(entry)?.events.map((event) => (eventPasses(filter, event) ? event : undefined)) ?? [],
    });
  }

  /**
   * Kept events of a timeline that pass and lie in the event-time range `[from, to)`, in ms since the epoch: for
   * filters that counts are not kept apart by.
   */
  async recentMatching(
    timeline: string,
    filter: EventFilter,
    from: number,
    to: number,
  ): Promise<RecentMatches> {
    const [positions, trimmed] = await Promise.all([this.#aggregated(), this.#trimmed()]);
    const live = timeline === LIVE_TIMELINE;
    const highest = new Map<number, number>();
    const events: { event: NormalisedEvent; time: number }[] = [];
    let looks = 0;
    let stoppedAt: number | undefined;
    for await (const entry of this.#entries(timeline, positions)) {
      const arrived = entryTime(entry.id);
      // On the live timeline nothing counts in a window that lies further ahead of its arrival.
      if (live && arrived < from - EVENT_TIME.futureMs) break;
      if (looks >= MOST_LOOKS.snapshot) {
        stoppedAt = arrived;
        break;
      }
      const [, , meta] = entry.values;
      if (entry.values[1] === timeline) highest.set(entry.partition, highestIn(meta));
      const batch = batchIn(entry);
      looks += 1 + (batch?.events.length ?? 0);
      if (batch) events.push(...matching(batch, filter, from, to));
    }
    const reach: Reach = { live, stoppedAt, trimmed, highest };
    return { events, coverage: coverageOf(reach, from, to) };
  }

  #entries(timeline: string, from: readonly StreamPosition[]): AsyncGenerator<ListedEntry, void> {
    const wantsBody = ([n, entryTimeline]: readonly string[]): boolean =>
      entryTimeline === timeline && n !== '0';
    return newestFirst(this.redis, this.keys, { stream: STREAMS.keyed, wantsBody }, from);
  }

  /** For each partition, the position behind everything that is aggregated. */
  async #aggregated(): Promise<StreamPosition[]> {
    return Promise.all(
      this.#partitions().map(async (partition) => ({
        id: (await this.redis.hget(this.keys.of(partition, KEYS.state), 'cursor:aggregation')) ?? FIRST,
        row: ALL_ROWS,
      })),
    );
  }

  /** Partitions that no longer keep all they ever had, with the arrival of the oldest entry they keep. */
  async #trimmed(): Promise<Map<number, number>> {
    const oldest = await Promise.all(this.#partitions().map((partition) => this.#oldestOfTrimmed(partition)));
    return new Map(
      oldest.flatMap((arrived, partition) => (arrived === undefined ? [] : [[partition, arrived]])),
    );
  }

  async #oldestOfTrimmed(partition: number): Promise<number | undefined> {
    const key = this.keys.of(partition, STREAMS.keyed);
    const [first] = await this.redis.xrange(key, '-', '+', 'COUNT', 1);
    if (first === undefined) return undefined;
    const state = (await this.redis.xinfo('STREAM', key)) as unknown[];
    const figure = (name: string): unknown => state[state.indexOf(name) + 1];
    return figure('entries-added') === figure('length') ? undefined : entryTime(first[0]);
  }

  #partitions(): number[] {
    return Array.from({ length: this.keys.partitions }, (_, partition) => partition);
  }
}

function batchIn({ body }: ListedEntry): Batch | undefined {
  return body && body.length > 0 ? decodeBatch(body) : undefined;
}

function highestIn(meta = '{}'): number {
  return (JSON.parse(meta) as Partial<BatchMeta>).highest ?? -1;
}

function matching(
  { times, events, future }: Batch,
  filter: EventFilter,
  from: number,
  to: number,
): { event: NormalisedEvent; time: number }[] {
  const uncounted = new Set(future);
  return events.flatMap((event, row) => {
    const time = times[row] ?? -1;
    const passes = time >= from && time < to && !uncounted.has(row) && eventPasses(filter, event);
    return passes ? [{ event, time }] : [];
  });
}
