import { Injectable } from '@nestjs/common';
import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { PENDING_TIMELINES, POSITIONS, readSegmentScript } from './lua/segment';
import { ALL_FENCES, type Fences } from './fences';
import type { CommitOutcome, Segment, SegmentEntry, WorkOrder } from './segment';
import { bodiesOf, KEYS, stageRow, STREAMS, TOPOLOGY } from './topology';

/** Where one stage of one partition stands, and the next segment that it could take. */
export interface Position {
  readonly cursor: string;
  /** Last entry of the next segment; empty when there is nothing to do. */
  readonly to: string;
  readonly events: number;
  readonly entries: number;
}

const positions = new Script('positions', POSITIONS);
const pendingTimelines = new Script('pending-timelines', PENDING_TIMELINES);

type EntryReply = [id: Buffer, events: Buffer, timeline: Buffer, meta: Buffer, body: Buffer];
type SegmentReply = [entries: EntryReply[], watermarks: Buffer[], channels: Buffer[], suspect: Buffer];

/** Reads what the stages work on. */
@Injectable()
export class SegmentStore {
  readonly #read: Script;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    { compareAndSet }: Pick<Fences, 'compareAndSet'> = ALL_FENCES,
  ) {
    this.#read = new Script('read-segment', readSegmentScript(compareAndSet));
  }

  /** The segment of an order, or why it is not to be taken. */
  async read(order: WorkOrder): Promise<Segment | Exclude<CommitOutcome, 'OK'>> {
    const { input } = stageRow(order.stage);
    const reply = await this.#read.runBuffer(
      this.redis,
      [KEYS.state, input, bodiesOf(input), KEYS.watermarks, KEYS.channels].map((name) =>
        this.keys.of(order.partition, name),
      ),
      [order.stage, order.base, order.to],
    );
    if (reply instanceof Buffer) return reply.toString() === 'STALE' ? 'STALE' : 'GAP';
    const [entries, watermarks, channels, suspect] = reply as SegmentReply;
    const channelPairs = toPairs(channels);
    return {
      order,
      entries: entries.map(toEntry),
      watermarks: new Map(toPairs(watermarks).map(([field, value]) => [field, Number(value)])),
      channels: new Map(channelPairs),
      suspect: suspect.toString() === order.base,
    };
  }

  /** The position of every stage in one partition, in pipeline order. */
  async positions(partition: number): Promise<Position[]> {
    const reply = (await positions.run(
      this.redis,
      [KEYS.state, ...TOPOLOGY.map((row) => row.input)].map((name) => this.keys.of(partition, name)),
      TOPOLOGY.flatMap((row) => [row.stage, row.maxEventsPerOrder, row.maxEntriesPerOrder]),
    )) as [string, string, number, number][];
    return reply.map(([cursor, to, events, entries]) => ({ cursor, to, events, entries }));
  }

  /** Timelines with events before the channels of a partition; `*` stands for all. */
  async pendingTimelines(partition: number): Promise<ReadonlySet<string>> {
    const reply = await pendingTimelines.run(
      this.redis,
      [STREAMS.raw, STREAMS.normalised].map((name) => this.keys.of(partition, name)),
      [],
    );
    return new Set(reply as string[]);
  }
}

function toEntry([id, events, timeline, meta, body]: EntryReply): SegmentEntry {
  return {
    id: id.toString(),
    events: Number(events.toString()),
    timeline: timeline.toString(),
    meta: meta.toString(),
    body,
  };
}

function toPairs(flat: readonly Buffer[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([String(flat[i]), String(flat[i + 1])]);
  return pairs;
}
