import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { edgeCounters } from '../pipeline/ledger/edge-counters';
import { EDGE_LIMITS, KEYS } from '../pipeline/topology';
import { ABANDON_REQUEST, BEGIN_REQUEST, FINISH_REQUEST } from './lua/request';

/** How many events of a request went which way. */
export interface Tally {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/** `NEW`: go on. `DONE`: answered before. `OTHER`: the key came with another request. `RUNNING`: still at it. */
export type Standing = 'NEW' | 'DONE' | 'OTHER' | 'RUNNING';

/** A request under its key, as its home partition knows it. */
export interface KeyedRequest {
  readonly partition: number;
  /** Digest of the key; undefined when there is none. */
  readonly field: string | undefined;
  /** Digest of what was asked. */
  readonly digest: string;
  /** Tells this attempt from others under the same key. */
  readonly token: string;
}

const begin = new Script('begin-request', BEGIN_REQUEST);
const finish = new Script('finish-request', FINISH_REQUEST);
const abandon = new Script('abandon-request', ABANDON_REQUEST);

/** What was answered under each Idempotency-Key, bounded in number and age; in the home partition of the key. */
export class IdempotencyStore {
  readonly #keep: number;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    maxKeys: number,
  ) {
    this.#keep = keptKeys(maxKeys, keys.partitions);
  }

  /** Opens a request: records what it asks for and that it is running. A repeat is counted here. */
  async begin(request: KeyedRequest): Promise<Tally & { standing: Standing }> {
    const reply = await begin.run(this.redis, this.#names(request.partition), [
      request.field ?? '',
      request.digest,
      this.#keep,
      EDGE_LIMITS.idempotencyMs,
      request.token,
      EDGE_LIMITS.runningMs,
    ]);
    const [standing, accepted, duplicates, rejected] = reply as [Standing, number, number, number];
    return { standing, accepted, duplicates, rejected };
  }

  /**
   * Closes a request after all its parts: keeps its answer and counts its rejected events, once however often it is
   * called under a key. Answers what was kept first.
   */
  async finish(
    request: KeyedRequest,
    tally: Tally,
    rejectedByCode: ReadonlyMap<string, number>,
  ): Promise<Tally> {
    const reply = await finish.run(this.redis, this.#names(request.partition), [
      request.field ?? '',
      request.digest,
      this.#keep,
      EDGE_LIMITS.idempotencyMs,
      tally.accepted,
      tally.duplicates,
      tally.rejected,
      ...rejectedChanges(rejectedByCode),
    ]);
    const [accepted, duplicates, rejected] = reply as [number, number, number];
    return { accepted, duplicates, rejected };
  }

  /** Gives the key back after a part failed. */
  async abandon(request: KeyedRequest): Promise<void> {
    const records = this.keys.of(request.partition, KEYS.idempotency);
    await abandon.run(this.redis, [records], [request.field ?? '', request.token]);
  }

  #names(partition: number): string[] {
    const names = [KEYS.ledger, KEYS.state, KEYS.idempotency, KEYS.idempotencyIndex];
    return names.map((name) => this.keys.of(partition, name));
  }
}

/** Keys that one partition remembers. */
export function keptKeys(maxKeys: number, partitions: number): number {
  return Math.ceil(maxKeys / partitions);
}

function rejectedChanges(byCode: ReadonlyMap<string, number>): (string | number)[] {
  const total = [...byCode.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const changes: (string | number)[] = [edgeCounters.received, total, edgeCounters.rejected, total];
  for (const [code, count] of byCode) changes.push(edgeCounters.rejectedFor(code), count);
  return changes;
}
