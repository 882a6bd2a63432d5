import { entryTime, FIRST, type Keyspace, type RedisConnection } from '@watchfloor/redis';
import type { EntryId } from './entry';
import type { ListedEntry } from './list-page';
import type { StreamPosition } from './stream-cursor';
import { bodiesOf } from './topology';

/** Headers fetched at a time from one partition. */
const HEADERS = 256;
/** A page ends at the entry whose body reaches this many events: it bounds the bodies in memory. */
const EVENTS = 2_000;

/** Which stream is listed, and of which entries the bodies are wanted; none by default. */
export interface Listing {
  readonly stream: string;
  readonly wantsBody?: (values: readonly string[], partition: number, id: EntryId) => boolean;
}

/** The reading end of one partition: pages of entries, newest first. */
class Tail {
  #page: ListedEntry[] = [];
  #taken = 0;
  #ended: boolean;
  #end: string;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly listing: Listing,
    private readonly partition: number,
    { id, row }: StreamPosition,
  ) {
    this.#ended = id === FIRST;
    this.#end = row === 0 ? `(${id}` : id;
  }

  /** The newest entry that was not taken yet; undefined at the end, and while the next page is to be read. */
  get head(): ListedEntry | undefined {
    return this.#page[this.#taken];
  }

  /** Whether the next page is to be read before there is a head. */
  get isWaiting(): boolean {
    return this.head === undefined && !this.#ended;
  }

  async read(): Promise<void> {
    while (this.isWaiting) {
      this.#page = await this.#nextPage();
      this.#taken = 0;
    }
  }

  take(): void {
    this.#taken++;
  }

  async #nextPage(): Promise<ListedEntry[]> {
    const { stream } = this.listing;
    const found = await this.redis.xrevrange(
      this.keys.of(this.partition, stream),
      this.#end,
      '-',
      'COUNT',
      HEADERS,
    );
    const headers = this.#withinBounds(
      found.map(([id, fields]): Header => {
        const values = valuesOf(fields);
        return { id, values, wanted: this.listing.wantsBody?.(values, this.partition, id) ?? false };
      }),
    );
    const last = headers.at(-1);
    this.#ended = last === undefined || (found.length < HEADERS && headers.length === found.length);
    if (last) this.#end = `(${last.id}`;
    const bodies = await this.#bodies(headers);
    return headers.map(({ id, values }) => ({
      id,
      values,
      partition: this.partition,
      body: bodies.get(id) ?? undefined,
    }));
  }

  async #bodies(headers: readonly Header[]): Promise<Map<EntryId, Buffer | null>> {
    const wanted = headers.filter((header) => header.wanted).map(({ id }) => id);
    if (wanted.length === 0) return new Map();
    const bodies = await this.redis.hmgetBuffer(
      this.keys.of(this.partition, bodiesOf(this.listing.stream)),
      ...wanted,
    );
    return new Map(wanted.map((id, i) => [id, bodies[i] ?? null]));
  }

  /** The first entries until the events in wanted bodies, `n` being the first value of a batch, pass the bound; one at least. */
  #withinBounds(headers: readonly Header[]): readonly Header[] {
    let events = 0;
    const end = headers.findIndex(
      ({ values, wanted }) => wanted && (events += Number(values[0]) || 0) >= EVENTS,
    );
    return end === -1 ? headers : headers.slice(0, end + 1);
  }
}

interface Header {
  readonly id: EntryId;
  readonly values: readonly string[];
  /** Whether its body is asked for. */
  readonly wanted: boolean;
}

function valuesOf(fields: readonly string[]): string[] {
  return fields.filter((_, i) => i % 2 === 1);
}

/**
 * The entries of one stream of all partitions, newest first by the time they were added. Reads by pages, as far as it
 * is asked. An entry of which a position leaves no row is left out.
 * @param from a position for each partition
 */
export async function* newestFirst(
  redis: RedisConnection,
  keys: Keyspace,
  listing: Listing,
  from: readonly StreamPosition[],
): AsyncGenerator<ListedEntry, void> {
  const tails = from.map((position, partition) => new Tail(redis, keys, listing, partition, position));
  for (;;) {
    const waiting = tails.filter((tail) => tail.isWaiting);
    if (waiting.length > 0) await Promise.all(waiting.map((tail) => tail.read()));
    let newest: ListedEntry | undefined;
    for (const { head } of tails) if (head && (!newest || isNewer(head, newest))) newest = head;
    if (newest === undefined) return;
    tails[newest.partition]?.take();
    yield newest;
  }
}

/** By time, then by partition: an order that every call repeats. */
function isNewer(a: ListedEntry, b: ListedEntry): boolean {
  const apart = entryTime(a.id) - entryTime(b.id);
  return apart > 0 || (apart === 0 && a.partition < b.partition);
}
