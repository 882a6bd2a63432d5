import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { encode } from '../pipeline/batch-codec';
import type { RawMeta } from '../pipeline/entry';
import { bodiesOf, EDGE_LIMITS, KEYS, STREAMS } from '../pipeline/topology';
import { keptKeys, type KeyedRequest, type Standing, type Tally } from './idempotency.store';
import { APPEND_LINES, APPEND_PART } from './lua/append';
import { dedupeMember, type EventPart } from './split-events';

/** How much of the past a partition may remember. */
export interface Memory {
  readonly dedupeMaxIds: number;
  readonly idempotencyMaxKeys: number;
}

/** Lines as they came. */
export interface LineBatch {
  readonly body: Uint8Array;
  readonly lines: number;
  readonly timeline: string;
  readonly meta: RawMeta;
}

const appendLines = new Script('append-lines', APPEND_LINES);
const appendPart = new Script('append-part', APPEND_PART);

/** Writes the raw log: what is in it is stored, counted and will go through every stage. */
export class RawLogStore {
  readonly #keep: number;
  readonly #mostIds: number;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    memory: Memory,
  ) {
    this.#keep = keptKeys(memory.idempotencyMaxKeys, keys.partitions);
    // Two sets take turns and both may be full.
    this.#mostIds = Math.ceil(memory.dedupeMaxIds / keys.partitions / 2);
  }

  /** Appends a whole `/logs` request in its home partition, once for each key, and counts it. */
  async appendLines(request: KeyedRequest, batch: LineBatch): Promise<Tally & { standing: Standing }> {
    const names = [...RAW, KEYS.idempotency, KEYS.idempotencyIndex];
    const reply = await appendLines.run(this.redis, this.#in(request.partition, names), [
      request.field ?? '',
      request.digest,
      this.#keep,
      EDGE_LIMITS.idempotencyMs,
      batch.lines,
      batch.timeline,
      JSON.stringify(batch.meta),
      Buffer.from(batch.body.buffer, batch.body.byteOffset, batch.body.byteLength),
    ]);
    const [standing, accepted, duplicates, rejected] = reply as [Standing, number, number, number];
    return { standing, accepted, duplicates, rejected };
  }

  /**
   * Appends one partition's part of a batch, leaves out ids seen within the dedupe window, and counts both. Under a key
   * a part that is stored already answers as it did and counts nothing.
   */
  async appendPart(
    request: KeyedRequest,
    part: EventPart,
    timeline: string,
    meta: RawMeta,
  ): Promise<{ accepted: number; duplicates: number }> {
    const reply = await appendPart.run(this.redis, this.#in(part.partition, [...RAW, ...SEEN]), [
      request.field ?? '',
      request.digest,
      this.#keep,
      EDGE_LIMITS.idempotencyMs,
      this.#mostIds,
      EDGE_LIMITS.dedupeWindowMs,
      timeline,
      JSON.stringify(meta),
      encode(part.events),
      ...part.events.map((event) => dedupeMember(event, timeline)),
    ]);
    const [accepted, duplicates] = reply as [number, number];
    return { accepted, duplicates };
  }

  #in(partition: number, names: readonly string[]): string[] {
    return names.map((name) => this.keys.of(partition, name));
  }
}

const RAW = [STREAMS.raw, bodiesOf(STREAMS.raw), KEYS.ledger, KEYS.state];
/** Ids by generation and the answers of parts, which have their own index: they are many and needed briefly. */
const SEEN = [
  `${KEYS.ids}:0`,
  `${KEYS.ids}:1`,
  `${KEYS.idempotency}:parts`,
  `${KEYS.idempotencyIndex}:parts`,
];
