import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import type { EntryId } from '../../entry';
import { READ_OUTBOX, TRIM_OUTBOX } from '../../lua/detection';
import { bodiesOf, KEYS, STREAMS } from '../../topology';
import { slowestOf, type OutboxEntry, type TimelinePartial, type TimelineProgress } from './outbox';

const readOutbox = new Script('read-outbox', READ_OUTBOX);
const trimOutbox = new Script('trim-outbox', TRIM_OUTBOX);

/** Field of a partition's state: the last entry of the outbox of `sender` that this partition has. */
export function senderField(sender: number): string {
  return `outbox:${sender}`;
}

/** What partitions have for each other: read across slots, written only with the sender's checkpoint. */
export class OutboxStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** What `sender` has for `receiver` behind an entry, oldest first, at most `most` entries. */
  async read(sender: number, receiver: number, after: EntryId, most: number): Promise<OutboxEntry[]> {
    const reply = (await readOutbox.run(this.redis, this.#keys(sender), [after, receiver, most])) as [
      id: string,
      watermarks: string,
      body: string,
    ][];
    return reply.map(([id, progress, body]) => ({
      id,
      progress: JSON.parse(progress) as Record<string, TimelineProgress>,
      partials: body === '' ? [] : (JSON.parse(body) as TimelinePartial[]),
    }));
  }

  /** Removes what every partition has committed to have. */
  async trim(sender: number): Promise<void> {
    const receivers = Array.from({ length: this.keys.partitions }, (_, receiver) => receiver);
    const cursors = await Promise.all(
      receivers.map((receiver) => this.redis.hget(this.keys.of(receiver, KEYS.state), senderField(sender))),
    );
    const slowest = slowestOf(cursors);
    if (slowest !== undefined)
      await trimOutbox.run(this.redis, this.#keys(sender), [slowest, this.keys.partitions]);
  }

  #keys(partition: number): string[] {
    return [STREAMS.outbox, bodiesOf(STREAMS.outbox)].map((name) => this.keys.of(partition, name));
  }
}
