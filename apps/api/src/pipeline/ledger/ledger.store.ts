import { Injectable } from '@nestjs/common';
import type { Ledger } from '@watchfloor/contracts';
import { entryTime, FIRST, type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { DOWNSTREAM, UPSTREAM } from '../lua/segment';
import { KEYS, STREAMS } from '../topology';
import { timelineOfLate } from './stage-counters';
import { balance, type Downstream, type UpstreamCounts } from './balance';

const downstreamScript = new Script('downstream', DOWNSTREAM);
const upstreamScript = new Script('upstream', UPSTREAM);

/** The ledger with what was measured on the way: ms since the epoch at which the oldest waiting entry of each stage came. */
export interface LedgerReading {
  readonly ledger: Ledger;
  /** Late events by timeline: those counted since it was last swept. */
  readonly lateOn: ReadonlyMap<string, number>;
  readonly oldest: { readonly ingest?: number; readonly processing?: number; readonly aggregation?: number };
}

type Flat = string[];

/** Reads the ledger out of all partitions. */
@Injectable()
export class LedgerStore {
  #revision = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** A reading that closes whatever goes on meanwhile: every downstream part before any upstream part. */
  async read(): Promise<LedgerReading> {
    const partitions = Array.from({ length: this.keys.partitions }, (_, partition) => partition);
    const downstream = await Promise.all(partitions.map((partition) => this.#downstream(partition)));
    const upstream = await Promise.all(partitions.map((partition) => this.#upstream(partition)));
    this.#revision++;
    return {
      ledger: balance(
        downstream.map((one) => one.counts),
        upstream.map((one) => one.counts),
        this.#revision,
      ),
      lateOn: lateByTimeline(downstream.map((one) => one.counts)),
      oldest: {
        ...oldest(
          'ingest',
          upstream.map((one) => one.rawFirst),
        ),
        ...oldest(
          'processing',
          upstream.map((one) => one.first),
        ),
        ...oldest(
          'aggregation',
          downstream.map((one) => one.first),
        ),
      },
    };
  }

  async #downstream(partition: number): Promise<{ counts: Downstream; first: string }> {
    const names = [KEYS.state, KEYS.ledger, STREAMS.keyed, KEYS.channels];
    const [pending, first, counters, channels] = (await downstreamScript.run(
      this.redis,
      names.map((name) => this.keys.of(partition, name)),
      [],
    )) as [number, string, Flat, Flat];
    const totals = toMap(channels);
    const ends = Array.from({ length: this.keys.partitions }, (_, from) => ({
      received: Number(totals.get(`${from}:total`) ?? 0),
      cursor: totals.get(String(from)) ?? FIRST,
    }));
    return { counts: { pending, counters: toCounters(counters), channels: ends }, first };
  }

  async #upstream(partition: number): Promise<{ counts: UpstreamCounts; rawFirst: string; first: string }> {
    const names = [KEYS.state, KEYS.ledger, STREAMS.raw, STREAMS.normalised];
    const [pendingIngest, rawFirst, pendingProcessing, first, counters, cursor] = (await upstreamScript.run(
      this.redis,
      names.map((name) => this.keys.of(partition, name)),
      [],
    )) as [number, string, number, string, Flat, string];
    return {
      counts: { pendingIngest, pendingProcessing, counters: toCounters(counters), cursor },
      rawFirst,
      first,
    };
  }
}

function lateByTimeline(partitions: readonly Downstream[]): Map<string, number> {
  const late = new Map<string, number>();
  for (const { counters } of partitions) {
    for (const [counter, count] of counters) {
      const timeline = timelineOfLate(counter);
      if (timeline !== undefined) late.set(timeline, (late.get(timeline) ?? 0) + count);
    }
  }
  return late;
}

function toMap(flat: Flat): Map<string, string> {
  const map = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(String(flat[i]), String(flat[i + 1]));
  return map;
}

function toCounters(flat: Flat): Map<string, number> {
  return new Map([...toMap(flat)].map(([name, value]) => [name, Number(value)]));
}

function oldest<Name extends string>(name: Name, firstIds: readonly string[]): { [K in Name]?: number } {
  const times = firstIds.filter((id) => id !== '').map(entryTime);
  return times.length === 0 ? {} : ({ [name]: Math.min(...times) } as { [K in Name]?: number });
}
