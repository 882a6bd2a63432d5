import type { NormalisedEvent } from '@watchfloor/contracts';
import { type EntryId, entryTime, FIRST, type Keyspace, type RedisConnection } from '@watchfloor/redis';
import { decodeBatch } from '../pipeline/batch-codec';
import type { Batch, BatchPart } from '../pipeline/batch/batch';
import type { BatchMeta } from '../pipeline/entry';
import { type ListedEntry, type ListPage, takePage } from '../pipeline/list-page';
import { newestFirst } from '../pipeline/newest-first.store';
import { ALL_ROWS, type StreamPosition } from '../pipeline/stream-cursor';
import { bodiesOf, EVENT_TIME, KEYS, LIVE_TIMELINE, STREAMS } from '../pipeline/topology';
import { type EventFilter, eventPasses } from './event-filter';
import { type KeptBatch, KeptBatches } from './kept-batches';
import { type Coverage, coverageOf } from './recent-coverage';
import { RowFilter } from './row-filter';

/** Events looked at for one page, and for a range of windows: what fits in an answer that is to come at once. */
const MOST_LOOKS = { page: 10_000, range: 20_000 } as const;

/** Bodies that one answer looks at, and that are kept in memory for the next, in bytes. */
const MOST_BYTES = 32 * 2 ** 20;

/** Entries whose bodies are read together. */
const READ_AT_A_TIME = 64;

/** Which recent events are listed. */
export interface RecentQuery {
  readonly timeline: string;
  readonly filter: EventFilter;
  readonly limit: number;
  readonly from?: readonly StreamPosition[] | undefined;
}

/** Which kept events are taken: those of a timeline that pass and lie in the event-time range `[from, to)`, in ms since the epoch. */
export interface RecentRange {
  readonly timeline: string;
  readonly filter: EventFilter;
  readonly from: number;
  readonly to: number;
}

/** Reads the events that are kept behind aggregation: only what is counted already. */
export class RecentEventsStore {
  readonly #kept = new KeptBatches(MOST_BYTES);

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
   * Hands on the rows of kept events that pass, newest batches first: for filters that counts are not kept apart by. Answers for
   * which range of event time that is all there were.
   */
  async recentMatching(
    { timeline, filter, from, to }: RecentRange,
    take: (part: BatchPart, rows: readonly number[]) => void,
  ): Promise<Coverage> {
    const { positions, trimmed } = await this.#standing();
    const live = timeline === LIVE_TIMELINE;
    const highest = new Map<number, number>();
    const passing = new RowFilter(filter);
    const wanted: ListedEntry[] = [];
    let looks = 0;
    let stoppedAt: number | undefined;
    const headers = newestFirst(this.redis, this.keys, { stream: STREAMS.keyed }, positions);
    for await (const entry of headers) {
      const arrived = entryTime(entry.id);
      // On the live timeline nothing counts in a window that lies further ahead of its arrival.
      if (live && arrived < from - EVENT_TIME.futureMs) break;
      if (looks >= MOST_LOOKS.range) {
        stoppedAt = arrived;
        break;
      }
      looks++;
      const [events, entryTimeline] = entry.values;
      if (entryTimeline !== timeline) continue;
      looks += Number(events);
      wanted.push(entry);
    }
    let bytes = 0;
    for await (const { entry, kept } of this.#batches(wanted)) {
      if (bytes >= MOST_BYTES) {
        stoppedAt = entryTime(entry.id);
        break;
      }
      highest.set(entry.partition, highestIn(entry.values[2]));
      bytes += kept?.bytes ?? 0;
      for (const part of kept?.batch.parts ?? []) {
        const rows = passing.rows(part, from, to);
        if (rows.length > 0) take(part, rows);
      }
    }
    return coverageOf({ live, stoppedAt, trimmed, highest }, from, to);
  }

  #entries(timeline: string, from: readonly StreamPosition[]): AsyncGenerator<ListedEntry, void> {
    const wantsBody = ([n, entryTimeline]: readonly string[]): boolean =>
      entryTimeline === timeline && n !== '0';
    return newestFirst(this.redis, this.keys, { stream: STREAMS.keyed, wantsBody }, from);
  }

  /** Entries with their batches, in the same order: from memory where they are kept there, else read, some at a time. */
  async *#batches(
    entries: readonly ListedEntry[],
  ): AsyncGenerator<{ readonly entry: ListedEntry; readonly kept: KeptBatch | undefined }, void> {
    for (let next = 0; next < entries.length; next += READ_AT_A_TIME) {
      const some = entries.slice(next, next + READ_AT_A_TIME);
      const known = new Map(some.map((entry) => [placeOf(entry), this.#kept.get(placeOf(entry))]));
      const read = await this.#read(some.filter((entry) => known.get(placeOf(entry)) === undefined));
      for (const entry of some) {
        const place = placeOf(entry);
        const kept = known.get(place) ?? read.get(place);
        if (kept) this.#kept.put(place, kept);
        yield { entry, kept };
      }
    }
  }

  async #read(entries: readonly ListedEntry[]): Promise<Map<string, KeptBatch>> {
    const read = new Map<string, KeptBatch>();
    await Promise.all(
      this.#partitions().map(async (partition) => {
        const ids = entries
          .filter((entry) => entry.partition === partition && entry.values[0] !== '0')
          .map(({ id }) => id);
        if (ids.length === 0) return;
        const bodies = await this.redis.hmgetBuffer(this.keys.of(partition, bodiesOf(STREAMS.keyed)), ...ids);
        for (const [i, id] of ids.entries()) {
          const kept = keptOf(bodies[i]);
          if (kept) read.set(placeOf({ partition, id }), kept);
        }
      }),
    );
    return read;
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

  /** Where partitions stand: the position behind what is aggregated, and the arrival of the oldest entry where older ones were dropped. */
  async #standing(): Promise<{ positions: StreamPosition[]; trimmed: Map<number, number> }> {
    const standing = await Promise.all(this.#partitions().map((partition) => this.#standingOf(partition)));
    return {
      positions: standing.map(({ position }) => position),
      trimmed: new Map(
        standing.flatMap(({ oldest }, partition) => (oldest === undefined ? [] : [[partition, oldest]])),
      ),
    };
  }

  async #standingOf(partition: number): Promise<{ position: StreamPosition; oldest: number | undefined }> {
    const key = this.keys.of(partition, STREAMS.keyed);
    // One slot, one request: each costs more than what it asks for.
    const answers = await this.redis
      .pipeline()
      .hget(this.keys.of(partition, KEYS.state), 'cursor:aggregation')
      .xrange(key, '-', '+', 'COUNT', 1)
      .xinfo('STREAM', key)
      .exec();
    const [[failure, cursor] = [null, null], [, first] = [], [, info] = []] = answers ?? [];
    if (failure) throw failure;
    const position = { id: (cursor as EntryId | null | undefined) ?? FIRST, row: ALL_ROWS };
    const [oldest] = (first as [string, string[]][] | undefined) ?? [];
    // There is no stream before the first entry: then XINFO is an error.
    if (oldest === undefined) return { position, oldest: undefined };
    const state = (info as unknown[] | undefined) ?? [];
    const figure = (name: string): unknown => state[state.indexOf(name) + 1];
    const isWhole = figure('entries-added') === figure('length');
    return { position, oldest: isWhole ? undefined : entryTime(oldest[0]) };
  }

  #partitions(): number[] {
    return Array.from({ length: this.keys.partitions }, (_, partition) => partition);
  }
}

function batchIn({ body }: ListedEntry): Batch | undefined {
  return body && body.length > 0 ? decodeBatch(body) : undefined;
}

function placeOf({ partition, id }: Pick<ListedEntry, 'partition' | 'id'>): string {
  return `${partition} ${id}`;
}

function keptOf(body: Buffer | null | undefined): KeptBatch | undefined {
  // In memory of its own: what a connection hands out is part of a larger piece, which would be kept whole.
  return body && body.length > 0
    ? { batch: decodeBatch(new Uint8Array(body)), bytes: body.length }
    : undefined;
}

function highestIn(meta = '{}'): number {
  return (JSON.parse(meta) as Partial<BatchMeta>).highest ?? -1;
}
