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
import type { EncodedTally } from './tally-codec';
import { STEPS } from './window-book';

const listWindows = new Script('list-windows', LIST_WINDOWS);
const readWindows = new Script('read-windows', READ_WINDOWS);
const readChanges = new Script('read-changes', READ_CHANGES);
const storeFold = new Script('store-fold', STORE_FOLD);

/** What a key takes in a stored window, text and counts, as floods of addresses and names have it. */
const BYTES_A_KEY = 16;

/** Keys of a dimension that a window keeps however little room there is. */
const LEAST_KEYS = 20;

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
      /** Of all stored windows of one timeline. */
      readonly memoryBytes: number;
      readonly clock: Clock;
    },
  ) {}

  /** Adds the changes since the last fold to the stored windows. Returns how many changes it took. */
  async fold(partition: number): Promise<number> {
    const [cursor, entries] = (await readChanges.runBuffer(
      this.redis,
      [this.keys.of(partition, KEYS.state), this.keys.of(partition, STREAMS.changes)],
      [FOLD.changes],
    )) as [Buffer, [Buffer, Buffer][]];
    const last = entries.at(-1)?.[0].toString();
    if (last === undefined) return 0;
    const gains = gatherGains(
      entries.map(([, body]) => decodeChange(body)),
      this.settings.clock(),
    );
    const folded = await Promise.all(gains.map((gained) => this.#foldTimeline(partition, gained)));
    await this.#store(partition, { base: cursor.toString(), to: last }, folded);
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

  async #foldTimeline(partition: number, gained: TimelineGains): Promise<FoldedTimeline> {
    const hashes = STEPS.map((step) => this.keys.of(partition, windowsKey(gained.timeline, step)));
    const listed = (await listWindows.run(this.redis, hashes, [])) as (string | number)[][];
    const stored = STEPS.flatMap((step, i) => listedWindows(step, listed[i] ?? []));
    const fold = new TimelineFold(gained, stored, (step) => this.#keysKept(stored, step));
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
    return { ...gained, windows: [...fold.finish()].map((one) => ({ ...one, body: writeWindow(one.body) })) };
  }

  /**
   * Most keys of a dimension in a window of `step` that is written now: where its neighbours have taken the room, its even share
   * of it, which is what stands out of a flood.
   */
  #keysKept(stored: readonly ListedWindow[], step: WindowStep): number {
    const { trackedKeys, memoryBytes } = this.settings;
    const room = memoryBytes / (this.keys.partitions * STEPS.length);
    const taken = stored.reduce((sum, window) => sum + (window.step === step ? window.bytes : 0), 0);
    if (taken < room) return trackedKeys;
    const { retentionMs, sizeMs } = WINDOW_STEPS[step];
    const share = Math.floor((room * sizeMs) / retentionMs / BYTES_A_KEY);
    return Math.min(trackedKeys, Math.max(LEAST_KEYS, share));
  }

  async #store(
    partition: number,
    segment: { base: string; to: string },
    folded: readonly FoldedTimeline[],
  ): Promise<void> {
    const hashes = folded.flatMap(({ timeline, reference, windows }) =>
      STEPS.map((step) => ({
        key: windowsKey(timeline, step),
        keptFrom: reference - WINDOW_STEPS[step].retentionMs - WINDOW_STEPS[step].sizeMs,
        windows: windows.filter((window) => window.step === step),
      })),
    );
    const bodies: Buffer[] = [];
    const places = hashes.flatMap(({ windows }, i) =>
      windows.map(({ start, body }) => {
        bodies.push(body);
        return [i + 3, String(start)];
      }),
    );
    const plan = {
      ...segment,
      trimBefore: `${this.settings.clock() - FOLD.keepChangesMs}-0`,
      windows: places,
      expire: hashes.map(({ keptFrom }, i) => [i + 3, keptFrom]),
    };
    await storeFold.run(
      this.redis,
      [KEYS.state, STREAMS.changes, ...hashes.map(({ key }) => key)].map((name) =>
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

/** Name of the hash that holds the windows of a timeline at one step. */
export function windowsKey(timeline: string, step: WindowStep): string {
  return `${KEYS.windows}:${timeline}:${step}`;
}
