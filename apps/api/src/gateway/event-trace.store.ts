import type { NormalisedEvent } from '@watchfloor/contracts';
import type { EventTrace } from '@watchfloor/contracts';
import {
  compareEntryIds,
  entryTime,
  FIRST,
  type Keyspace,
  type RedisConnection,
  Script,
} from '@watchfloor/redis';
import { decode, decodeBatch } from '../pipeline/batch-codec';
import type { DeadLettersStore } from '../pipeline/dead-letters/dead-letters.store';
import type { Batch } from '../pipeline/batch/batch';
import type { RawMeta } from '../pipeline/entry';
import type { ListedEntry } from '../pipeline/list-page';
import { CHANGE_OF_ENTRY } from '../pipeline/lua/trace';
import { newestFirst } from '../pipeline/newest-first.store';
import { NEWEST } from '../pipeline/stream-cursor';
import { KEYS, STREAMS } from '../pipeline/topology';
import { type Found, traceOfBatch, traceOfDeadLetter, traceOfRaw } from './event-trace';

/** Events in the entries that are looked through in one stream. */
const MOST_EVENTS = 100_000;
const MOST_CHANGES = 64;

const EVENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

const changeOfEntry = new Script('change-of-entry', CHANGE_OF_ENTRY);

/** Finds one event wherever it is on its way, and what is known of that way. */
export class EventTraceStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly deadLetters: DeadLettersStore,
  ) {}

  /**
   * The way of an event; undefined when it is no longer kept. Looks along the way, so that an event that moves on
   * meanwhile is met further on.
   */
  async trace(id: string): Promise<EventTrace | undefined> {
    if (!EVENT_ID.test(id)) return undefined;
    return (
      (await this.#raw(id)) ??
      (await this.#normalised(id)) ??
      (await this.#keyed(id)) ??
      (await this.#dead(id))
    );
  }

  async #raw(id: string): Promise<EventTrace | undefined> {
    for await (const entry of this.#entries(STREAMS.raw, ([, , meta]) => rawMeta(meta).codec === 'events')) {
      const meta = rawMeta(entry.values[2]);
      if (holdsRaw(entry, meta, id)) return traceOfRaw(id, entry, meta);
    }
    return undefined;
  }

  async #normalised(id: string): Promise<EventTrace | undefined> {
    const found = await this.#inBatches(STREAMS.normalised, id);
    return found && traceOfBatch(id, found, 'processing');
  }

  async #keyed(id: string): Promise<EventTrace | undefined> {
    const found = await this.#inBatches(STREAMS.keyed, id);
    if (!found) return undefined;
    const { partition, id: entry } = found.entry;
    const cursor =
      (await this.redis.hget(this.keys.of(partition, KEYS.state), 'cursor:aggregation')) ?? FIRST;
    if (compareEntryIds(entry, cursor) > 0) return traceOfBatch(id, found, 'aggregation');
    // Rejected by aggregation, it lies in its entry and among the dead letters.
    return (
      (await this.#dead(id)) ??
      traceOfBatch(id, found, 'aggregated', await this.#committedAt(partition, entry))
    );
  }

  async #dead(id: string): Promise<EventTrace | undefined> {
    const letter = await this.deadLetters.ofEvent(id);
    return letter && traceOfDeadLetter(id, letter);
  }

  async #inBatches(stream: string, id: string): Promise<Found | undefined> {
    for await (const entry of this.#entries(stream, ([n]) => n !== '0')) {
      // The id stands in the bytes as it is: an entry without it need not be decoded.
      if (!entry.body?.includes(id)) continue;
      const found = rowWith(decodeBatch(entry.body), id);
      if (found) return { entry, ...found };
    }
    return undefined;
  }

  async *#entries(
    stream: string,
    wantsBody: (values: readonly string[]) => boolean,
  ): AsyncGenerator<ListedEntry, void> {
    const from = Array.from({ length: this.keys.partitions }, () => NEWEST);
    let events = 0;
    for await (const entry of newestFirst(this.redis, this.keys, { stream, wantsBody }, from)) {
      yield entry;
      events += 1 + Number(entry.values[0]);
      if (events >= MOST_EVENTS) return;
    }
  }

  async #committedAt(partition: number, entry: string): Promise<number | undefined> {
    const changes = this.keys.of(partition, STREAMS.changes);
    const change = (await changeOfEntry.run(this.redis, [changes], [entry, MOST_CHANGES])) as string;
    return change === '' ? undefined : entryTime(change);
  }
}

function rawMeta(meta = '{}'): RawMeta {
  return JSON.parse(meta) as RawMeta;
}

/** Whether a raw entry holds the event: by the id it brings, or by the one that its line will get. */
function holdsRaw({ values: [n], body }: ListedEntry, meta: RawMeta, id: string): boolean {
  if (meta.codec === 'events') {
    if (!body?.includes(id)) return false;
    const skipped = new Set(meta.skip);
    return decode<NormalisedEvent[]>(body).some((event, row) => event.event.id === id && !skipped.has(row));
  }
  if (meta.eventId !== undefined) return meta.eventId === id;
  const row = id.startsWith(`${meta.idPrefix}-`) ? id.slice(meta.idPrefix.length + 1) : '';
  return /^\d+$/.test(row) && Number(row) < Number(n);
}

function rowWith({ events, times, future }: Batch, id: string): Omit<Found, 'entry'> | undefined {
  const row = events.findIndex((event) => event.event.id === id);
  const event = events[row];
  const time = times[row];
  if (event === undefined || time === undefined) return undefined;
  return { event, time, future: future.includes(row) };
}
