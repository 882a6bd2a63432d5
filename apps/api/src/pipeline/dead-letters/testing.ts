import type { RequestedDataset } from '@watchfloor/contracts';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import type { RawMeta } from '../entry';
import { bodiesOf, KEYS, LIVE_TIMELINE, STREAMS } from '../topology';

/** Lines as one request to `/logs` brings them. */
export interface AppendLines {
  readonly partition: number;
  readonly lines: readonly string[];
  readonly at: number;
  readonly dataset?: RequestedDataset;
  readonly timeline?: string;
  readonly told?: Pick<RawMeta, 'host' | 'timezone' | 'year'>;
  readonly idPrefix?: string;
}

/** Puts log lines into the raw stream of a partition as the edge does, counted as accepted. */
export async function appendLines(
  redis: RedisConnection,
  keys: Keyspace,
  {
    partition,
    lines,
    at,
    dataset = 'openssh',
    timeline = LIVE_TIMELINE,
    told = {},
    idPrefix = 'req',
  }: AppendLines,
): Promise<void> {
  const meta: RawMeta = { codec: 'lines', dataset, at, idPrefix, ...told };
  const raw = keys.of(partition, STREAMS.raw);
  const id = await redis.xadd(raw, '*', 'n', lines.length, 'tl', timeline, 'm', JSON.stringify(meta));
  if (id === null) throw new Error('the raw stream took no entry');
  await redis.hset(keys.of(partition, bodiesOf(STREAMS.raw)), id, Buffer.from(lines.join('\n')));
  for (const counter of ['edge.received', 'edge.accepted']) {
    await redis.hincrby(keys.of(partition, KEYS.ledger), counter, lines.length);
  }
}
