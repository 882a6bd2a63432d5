import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import type { Clock } from '../clock';
import { LIST_WINDOWS, READ_CHANGES, READ_WINDOWS, STORE_FOLD } from '../lua/fold';
import { FOLD, KEYS, STREAMS } from '../topology';
import { type Change, decodeChange } from './change';
import { gatherGains, TimelineFold, type TimelineGains, type WindowPlace } from './timeline-fold';
import type { StoredWindow, StoredWindows } from './stored-windows';
import type { Tally } from './tally';
import { type EncodedTally, encodeTally } from './tally-codec';
import { STEPS } from './window-book';
import { WindowRoom } from './window-room';

const listWindows = new Script('list-windows', LIST_WINDOWS);
const readWindows = new Script('read-windows', READ_WINDOWS);
const readChanges = new Script('read-changes', READ_CHANGES);
const storeFold = new Script('store-fold', STORE_FOLD);

/** A change with its place in the stream. */
export interface ChangeEntry {
  readonly id: string;
  /** Events this partition has aggregated up to this change, over all timelines. */
  readonly total: number;
  readonly change: Change<EncodedTally>;
}

/**
 * The windows of a partition: stored ones, plus the changes since the last fold. Folding runs beside the stage, so
 * that a commit costs the same however many windows, dimensions and keys there are.
 */
@Injectable()
export class WindowStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly settings: {
      readonly trackedKeys: number;
      /** Of all stored windows of all timelines, as long as each keeps every key. */
      readonly memoryBytes: number;
      readonly clock: Clock;
    },
  ) {}

  /** Adds the changes since the last fold to the stored windows. Returns how many changes it took. */
  async fold(partition: number): Promise<number> {
    const [cursor, entries, bytes] = (await readChanges.runBuffer(
      this.redis,
      [KEYS.state, STREAMS.changes, KEYS.windowBytes].map((name) => this.keys.of(partition, name)),
      [FOLD.changes],
    )) as [Buffer, [Buffer, Buffer][], Buffer[]];
    const last = entries.at(-1)?.[0].toString();
    if (last === undefined) return 0;
    const gains = gatherGains(
      entries.map(([, body]) => decodeChange(body)),
      this.settings.clock(),
    );
    const room = this.#room(bytes.map(String));
    const folded = await Promise.all(gains.map((gained) => this.#foldTimeline(partition, gained, room)));
    await this.#store(partition, { base: cursor.toString(), to: last }, { folded, room });
    return entries.length;
  }

  /** The stored windows of a timeline in one partition, as of one moment. Bodies are for `readWindow`. */
  async load(partition: number, timeline: string): Promise<StoredWindows> {
    const hashes = STEPS.map((step) => this.keys.of(partition, windowsKey(timeline, step)));
    const [cursor, ...steps] = (await readWindows.runBuffer(
      this.redis,
      [this.keys.of(partition, KEYS.state), ...hashes],
      [],
    )) as [Buffer, ...Buffer[][]];
    const windows = STEPS.flatMap((step, i) =>
      pairs(steps[i] ?? []).map(([start, body]) => ({ step, start, body })),
    );
    return { upTo: cursor.toString(), windows };
  }

  /** Changes after `after`, oldest first, at most `limit`. */
  async changesAfter(partition: number, after: string, limit: number): Promise<ChangeEntry[]> {
    const entries = await this.redis.xrangeBuffer(
      this.keys.of(partition, STREAMS.changes),
      `(${after}`,
      '+',
      'COUNT',
      limit,
    );
    return entries.map(([id, fields]) => ({
      id: id.toString(),
      total: Number(fields[1]?.toString() ?? 0),
      change: decodeChange(fields[3] ?? Buffer.alloc(0)),
    }));
  }

  async #foldTimeline(partition: number, gained: TimelineGains, room: WindowRoom): Promise<FoldedTimeline> {
    const { timeline, reference } = gained;
    const hashes = STEPS.map((step) => this.keys.of(partition, windowsKey(timeline, step)));
    const listed = (await listWindows.run(this.redis, hashes, [])) as (string | number)[][];
    const stored = STEPS.flatMap((step, i) => listedWindows(step, listed[i] ?? []));
    const fold = new TimelineFold(gained, stored, this.settings.trackedKeys);
    await Promise.all(
      STEPS.map(async (step, i) => {
        const places = fold.needed().filter((place) => place.step === step);
        if (places.length === 0) return;
        const starts = places.map(({ start }) => String(start));
        const bodies = await this.redis.hmgetBuffer(hashes[i] ?? '', ...starts);
        places.forEach((place, at) => {
          const body = bodies[at];
          if (body) fold.take(place, readWindow(body));
        });
      }),
    );
    const sizes = new Map<string, number>();
    for (const step of STEPS) {
      const kept = stored.filter(
        (window) => window.step === step && window.start >= keptFrom(step, reference),
      );
      room.setTaken(
        timeline,
        step,
        kept.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      for (const { start, bytes } of kept) sizes.set(`${step} ${start}`, bytes);
    }
    const bodyOf = ({ step, start }: WindowPlace, tally: Tally): Buffer =>
      room.store({ timeline, step, replaces: sizes.get(`${step} ${start}`) ?? 0 }, tally);
    return { ...gained, windows: [...fold.finish(bodyOf)] };
  }

  /** The room of a partition's windows, with what its timelines took at their last folds. */
  #room(bytes: readonly string[]): WindowRoom {
    const { trackedKeys, memoryBytes } = this.settings;
    const room = new WindowRoom({
      trackedKeys,
      bytesAStep: memoryBytes / (this.keys.partitions * STEPS.length),
      encode: (tally) => writeWindow(encodeTally(tally)),
    });
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      const field = bytes[i] ?? '';
      const at = field.lastIndexOf(':');
      room.setTaken(field.slice(0, at), field.slice(at + 1) as WindowStep, Number(bytes[i + 1]));
    }
    return room;
  }

  async #store(
    partition: number,
    segment: { base: string; to: string },
    { folded, room }: { folded: readonly FoldedTimeline[]; room: WindowRoom },
  ): Promise<void> {
    const hashes = folded.flatMap(({ timeline, reference, windows }) =>
      STEPS.map((step) => ({
        key: windowsKey(timeline, step),
        keptFrom: keptFrom(step, reference),
        windows: windows.filter((window) => window.step === step),
      })),
    );
    const bodies: Buffer[] = [];
    const places = hashes.flatMap(({ windows }, i) =>
      windows.map(({ start, body }) => {
        bodies.push(body);
        return [i + 4, String(start)];
      }),
    );
    const plan = {
      ...segment,
      trimBefore: `${this.settings.clock() - FOLD.keepChangesMs}-0`,
      windows: places,
      expire: hashes.map(({ keptFrom }, i) => [i + 4, keptFrom]),
      bytes: folded.flatMap(({ timeline }) =>
        STEPS.map((step) => [bytesField(timeline, step), room.taken(timeline, step)]),
      ),
    };
    await storeFold.run(
      this.redis,
      [KEYS.state, STREAMS.changes, KEYS.windowBytes, ...hashes.map(({ key }) => key)].map((name) =>
        this.keys.of(partition, name),
      ),
      [JSON.stringify(plan), ...bodies],
    );
  }
}

/** A stored window with the bytes that it takes. */
type ListedWindow = WindowPlace & { readonly bytes: number };

/** What a fold of a timeline writes. */
interface FoldedTimeline extends TimelineGains {
  readonly windows: readonly StoredWindow[];
}

/** The tally in the body of a stored window. */
export function readWindow(body: Buffer): EncodedTally {
  return inflateRawSync(body);
}

/** The body of a window to be stored. */
export function writeWindow(tally: EncodedTally): Buffer {
  // In one piece: the default of 16 KiB costs a quarter more.
  return deflateRawSync(tally, { level: 1, memLevel: 9, chunkSize: tally.length + 1_024 });
}

function listedWindows(step: WindowStep, listed: readonly (string | number)[]): ListedWindow[] {
  const windows: ListedWindow[] = [];
  for (let i = 0; i + 1 < listed.length; i += 2)
    windows.push({ step, start: Number(listed[i]), bytes: Number(listed[i + 1]) });
  return windows;
}

function pairs(flat: readonly Buffer[]): [start: number, body: Buffer][] {
  const found: [number, Buffer][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    found.push([Number(flat[i]?.toString()), flat[i + 1] ?? Buffer.alloc(0)]);
  return found;
}

/** Windows of a step that begin before this are forgotten, in ms since the epoch. */
function keptFrom(step: WindowStep, reference: number): number {
  return reference - WINDOW_STEPS[step].retentionMs - WINDOW_STEPS[step].sizeMs;
}

/** Field of the bytes hash: what the windows of a timeline take at one step. */
export function bytesField(timeline: string, step: WindowStep): string {
  return `${timeline}:${step}`;
}

/** Name of the hash that holds the windows of a timeline at one step. */
export function windowsKey(timeline: string, step: WindowStep): string {
  return `${KEYS.windows}:${timeline}:${step}`;
}
