import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { advanceWatermark } from '@watchfloor/windowing';
import type { EntryId } from '../../entry';
import { READ_ENTRIES, READ_MARKED, WRITE_MARK } from '../../lua/detection';
import { channelField } from '../../aggregation/aggregate';
import { lastEntryField } from '../../segment';
import { bodiesOf, EVENT_TIME, KEYS, STREAMS } from '../../topology';
import { decodeMark, encodeMark, type Mark } from './mark';

const readMarked = new Script('read-marked', READ_MARKED);
const readEntries = new Script('read-entries', READ_ENTRIES);
const writeMark = new Script('write-mark', WRITE_MARK);

/** How far detection of a partition has come: the last mark taken, and the last keyed entry offered. */
export interface MarkPosition {
  readonly mark: EntryId;
  readonly entry: EntryId;
}

/** A keyed entry as detection reads it. */
export interface KeyedEntry {
  readonly id: EntryId;
  readonly events: number;
  readonly timeline: string;
  readonly body: Buffer;
}

export interface PlacedMark extends Mark {
  readonly id: EntryId;
  /** The last keyed entry before it. */
  readonly to: EntryId;
  /** Events of the partition marked up to here since the beginning. */
  readonly total: number;
}

/** Some marks in order, and the keyed entries up to the last of them. */
export interface Marked {
  readonly marks: readonly PlacedMark[];
  readonly entries: readonly KeyedEntry[];
  /** Events of the partition marked since the beginning. */
  readonly total: number;
}

type EntryReply = [id: Buffer, events: Buffer, timeline: Buffer, body: Buffer];
type MarkedReply = [marks: Buffer[][], entries: EntryReply[], total: Buffer];

/** Reads what aggregation has committed, in the steps in which it did. */
export class MarkedStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** The next marks behind a position: one at least if there is any, else as many as have `most` events together. */
  async read(partition: number, { mark, entry }: MarkPosition, most: number): Promise<Marked> {
    const keys = this.#keys(partition, KEYS.state, STREAMS.marks, STREAMS.keyed, bodiesOf(STREAMS.keyed));
    const reply = await readMarked.runBuffer(this.redis, keys, [mark, entry, most]);
    const [marks, entries, total] = reply as MarkedReply;
    return { marks: marks.map(toMark), entries: entries.map(toEntry), total: Number(String(total)) };
  }

  /** Keyed entries in (after, to], at most `most`. */
  async entries(partition: number, after: EntryId, to: EntryId, most: number): Promise<KeyedEntry[]> {
    const keys = this.#keys(partition, STREAMS.keyed, bodiesOf(STREAMS.keyed));
    const reply = await readEntries.runBuffer(this.redis, keys, [after, to, most]);
    return (reply as EntryReply[]).map(toEntry);
  }

  /**
   * The watermark of a timeline when nothing of it is on its way, in ms since the epoch; undefined when no event
   * moved it. The one of an aggregation commit is older than that, or missing, where a channel still had something behind
   * its segment and no entry of the timeline came after.
   */
  async watermarkAtRest(partition: number, timeline: string): Promise<number | undefined> {
    const channels = Array.from({ length: this.keys.partitions }, (_, from) => channelField(from, timeline));
    const carried = await this.redis.hmget(this.keys.of(partition, KEYS.watermarks), ...channels);
    const empty = carried.map((highest) => ({
      highest: highest === null ? undefined : Number(highest),
      pending: false,
    }));
    return advanceWatermark(undefined, empty, EVENT_TIME.maxOutOfOrdernessMs);
  }

  /**
   * Adds a mark of detection's own about one timeline, behind all marks. `BUSY`: there is more of that timeline than the owner
   * has taken (`entry` is the last one it took). `FENCED`: another has taken over.
   */
  async write(
    partition: number,
    { token, entry }: { readonly token: number; readonly entry: EntryId },
    timeline: string,
    content: Mark,
  ): Promise<'OK' | 'BUSY' | 'FENCED'> {
    const keys = this.#keys(partition, KEYS.state, STREAMS.marks, KEYS.channels);
    const lasts = Array.from({ length: this.keys.partitions }, (_, from) => lastEntryField(from, timeline));
    const reply = await writeMark.run(this.redis, keys, [token, entry, encodeMark(content), ...lasts]);
    return reply as 'OK' | 'BUSY' | 'FENCED';
  }

  #keys(partition: number, ...names: string[]): string[] {
    return names.map((name) => this.keys.of(partition, name));
  }
}

function toMark([id, to, total, content]: Buffer[]): PlacedMark {
  return { ...decodeMark(String(content)), id: String(id), to: String(to), total: Number(String(total)) };
}

function toEntry([id, events, timeline, body]: EntryReply): KeyedEntry {
  return { id: String(id), events: Number(String(events)), timeline: String(timeline), body };
}
