import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { edgeCounters } from '../pipeline/ledger/edge-counters';
import { KEYS } from '../pipeline/topology';
import { COUNT_ONLY } from './lua/request';

const countOnly = new Script('count', COUNT_ONLY);

/** Where requests are counted that belong to no partition. */
const PARTITION = 0;

/**
 * Counts what never became part of the pipeline: refused requests and dropped fields. Gathered in memory and written at
 * intervals, so that a storm of refusals costs the storage nothing; a crash loses at most the last interval.
 */
export class RefusalsStore {
  #pending = new Map<string, number>();

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** One request was refused as a whole. */
  refused(code: string): void {
    this.#add(edgeCounters.refused, 1);
    this.#add(edgeCounters.refusedFor(code), 1);
  }

  /** So many fields of ECS were not kept. */
  dropped(fields: number): void {
    if (fields > 0) this.#add(edgeCounters.droppedFields, fields);
  }

  /** Writes what was gathered. What cannot be written is gathered again. */
  async flush(): Promise<void> {
    if (this.#pending.size === 0) return;
    const written = this.#pending;
    this.#pending = new Map();
    const names = [KEYS.ledger, KEYS.state].map((name) => this.keys.of(PARTITION, name));
    try {
      await countOnly.run(this.redis, names, [...written].flat());
    } catch {
      // The storage is gone; the door says so to everybody already.
      for (const [name, count] of written) this.#add(name, count);
    }
  }

  #add(name: string, count: number): void {
    this.#pending.set(name, (this.#pending.get(name) ?? 0) + count);
  }
}
