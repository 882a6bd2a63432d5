import { FIRST, type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { checkpointScript } from '../../lua/detection';
import type { StoredState } from '../rule-runners';
import { bodiesOf, KEYS, STREAMS } from '../../topology';
import { earlier } from './entry-order';
import { senderField } from './outbox.store';
import type { PartitionCheckpoint, PartitionPosition } from './partition-detection';
import type { Side, TimelineHeader } from './timeline-detection';

/** States of one timeline as they are stored: fields with their texts in turn, and fields that go. */
export interface EncodedStates {
  readonly kept: string[];
  readonly removed: string[];
}

/** What a new owner goes on from. */
export interface LoadedCheckpoint {
  readonly revision: string;
  readonly position: PartitionPosition;
  readonly timelines: ReadonlyMap<string, TimelineHeader>;
}

/** `FENCED`: another has taken over. `STALE`: another checkpoint was written behind the one that was loaded. */
export type CheckpointOutcome = 'OK' | 'FENCED' | 'STALE';

const TIMELINE_FIELD = 't:';
const SCAN_COUNT = 500;

/** Key of the states of a timeline in a partition, to be given to `Keyspace.of`. */
export function statesKey(timeline: string): string {
  return `${KEYS.detectionStates}:${timeline}`;
}

/** Field of the detection hash that holds the header of a timeline. */
export function headerField(timeline: string): string {
  return TIMELINE_FIELD + timeline;
}

/** Adds one state in the form in which it is stored. */
export function encodeState(into: EncodedStates, side: Side, [rule, part, key, state]: StoredState): void {
  const field = `${side}\n${rule}\n${part}\n${key}`;
  if (state === null) into.removed.push(field);
  else into.kept.push(field, JSON.stringify(state));
}

function decodeState(field: string, text: string): [Side, StoredState] {
  const [side = '', rule = '', part = '', ...key] = field.split('\n');
  return [side as Side, [rule, part, key.join('\n'), JSON.parse(text) as StoredState[3]]];
}

/** Checkpoints of detection: position, state, cursor and outbox of a partition in one script, fenced by the owner's token. */
export class CheckpointStore {
  readonly #write: Script;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    { fenced }: { readonly fenced: boolean } = { fenced: true },
  ) {
    this.#write = new Script('detection-checkpoint', checkpointScript(fenced));
  }

  /** The last checkpoint of a partition, but for the states. */
  async load(partition: number): Promise<LoadedCheckpoint> {
    const fields = await this.redis.hgetall(this.keys.of(partition, KEYS.detection));
    const senders = Array.from({ length: this.keys.partitions }, (_, sender) => senderField(sender));
    const state = this.keys.of(partition, KEYS.state);
    const [cursor, ...taken] = await this.redis.hmget(state, 'cursor:detection', ...senders);
    const stored = JSON.parse(fields['position'] ?? 'null') as Omit<PartitionPosition, 'senders'> | null;
    const timelines = Object.entries(fields)
      .filter(([field]) => field.startsWith(TIMELINE_FIELD))
      .map(([field, text]): [string, TimelineHeader] => [
        field.slice(TIMELINE_FIELD.length),
        JSON.parse(text) as TimelineHeader,
      ]);
    return {
      revision: fields['revision'] ?? '0',
      position: {
        ...beginning(cursor ?? FIRST, stored),
        senders: taken.map((entry) => entry ?? FIRST),
      },
      timelines: new Map(timelines),
    };
  }

  /** The stored states of a timeline, some at a time. */
  async *states(partition: number, timeline: string): AsyncGenerator<[Side, StoredState][]> {
    const key = this.keys.of(partition, statesKey(timeline));
    let cursor = '0';
    do {
      const [next, flat] = await this.redis.hscan(key, cursor, 'COUNT', SCAN_COUNT);
      cursor = next;
      const some: [Side, StoredState][] = [];
      for (let i = 0; i + 1 < flat.length; i += 2) some.push(decodeState(flat[i] ?? '', flat[i + 1] ?? ''));
      yield some;
    } while (cursor !== '0');
  }

  /** Writes a checkpoint behind the one with `revision`. */
  async write(
    partition: number,
    { token, revision }: { readonly token: number; readonly revision: string },
    checkpoint: PartitionCheckpoint,
    states: ReadonlyMap<string, EncodedStates>,
  ): Promise<CheckpointOutcome> {
    const fixed = [KEYS.state, KEYS.detection, STREAMS.marks, STREAMS.outbox, bodiesOf(STREAMS.outbox)];
    const names = [...new Set([...states.keys(), ...checkpoint.forgotten])];
    const place = new Map(names.map((timeline, i) => [timeline, fixed.length + 1 + i]));
    const { position, outbox, forgotten } = checkpoint;
    const { senders, ...own } = position;
    const receivers = [...(outbox?.partials ?? [])];
    const plan = {
      token: String(token),
      base: revision,
      cursor: position.cursor,
      marks: position.mark,
      senders: Object.fromEntries(senders.map((entry, sender) => [senderField(sender), entry])),
      header: Object.fromEntries([
        ['position', JSON.stringify(own)],
        ...[...checkpoint.timelines].map(([name, header]) => [headerField(name), JSON.stringify(header)]),
      ]) as Record<string, string>,
      gone: forgotten.map(headerField),
      drop: forgotten.map((timeline) => place.get(timeline)),
      states: [...states].map(([name, { kept, removed }]) => [place.get(name), kept.length, removed.length]),
      ...(outbox ? { outbox: JSON.stringify(outbox.progress) } : {}),
      receivers: receivers.map(([receiver]) => receiver),
    };
    return (await this.#write.run(
      this.redis,
      [...fixed, ...names.map(statesKey)].map((name) => this.keys.of(partition, name)),
      [
        JSON.stringify(plan),
        ...[...states.values()].flatMap(({ kept, removed }) => kept.concat(removed)),
        ...receivers.map(([, partials]) => JSON.stringify(partials)),
      ],
    )) as CheckpointOutcome;
  }
}

/** Where to begin: behind the checkpoint, unless detection was off since and the stream went on without it. */
function beginning(
  cursor: string,
  stored: Omit<PartitionPosition, 'senders'> | null,
): Omit<PartitionPosition, 'senders'> {
  if (stored === null) return { mark: FIRST, entry: cursor, total: 0, cursor };
  const wasOff = earlier(cursor, stored.entry) === stored.entry && cursor !== stored.entry;
  return wasOff ? { ...stored, entry: cursor, cursor } : { ...stored, cursor };
}
