import { Injectable } from '@nestjs/common';
import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { windowStart } from '@watchfloor/windowing';
import { decode, encode } from '../batch-codec';
import type { Clock } from '../clock';
import { READ_CHANGES, STORE_FOLD } from '../lua/fold';
import { FOLD, KEYS, LIVE_TIMELINE, STREAMS } from '../topology';
import { type Change, decodeChange } from './change';
import { type FlatTally, Tally } from './tally';
import { STEPS } from './window-book';

const readChanges = new Script('read-changes', READ_CHANGES);
const storeFold = new Script('store-fold', STORE_FOLD);

/** One stored window to be. */
interface FoldedWindow {
  readonly key: string;
  readonly start: number;
  readonly tally: Tally;
}

/** A change with its place in the stream. */
export interface ChangeEntry {
  readonly id: string;
  /** Events this partition has aggregated up to this change, over all timelines. */
  readonly total: number;
  readonly change: Change;
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
    private readonly settings: { trackedKeys: number; clock: Clock },
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
    const changes = entries.map(([, body]) => decodeChange(body));
    const references = this.#references(changes);
    const windows = gather(changes, references);
    await this.#addStored(partition, windows);
    for (const { tally } of windows) tally.trim(this.settings.trackedKeys);
    await this.#store(partition, { base: cursor.toString(), to: last }, windows, references);
    return entries.length;
  }

  /** The stored windows of a timeline in one partition, by step, and the change up to which they count. */
  async load(
    partition: number,
    timeline: string,
  ): Promise<{ upTo: string; windows: [step: WindowStep, start: number, tally: Tally][] }> {
    for (;;) {
      const before = await this.#foldCursor(partition);
      const windows = (
        await Promise.all(STEPS.map((step) => this.#loadStep(partition, timeline, step)))
      ).flat();
      // A fold in between would have mixed two states; folds are seconds apart, a load takes milliseconds.
      if ((await this.#foldCursor(partition)) === before) return { upTo: before, windows };
    }
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

  async #foldCursor(partition: number): Promise<string> {
    return (await this.redis.hget(this.keys.of(partition, KEYS.state), 'cursor:fold')) ?? '0-0';
  }

  async #loadStep(
    partition: number,
    timeline: string,
    step: WindowStep,
  ): Promise<[WindowStep, number, Tally][]> {
    const fields = await this.redis.hgetallBuffer(this.keys.of(partition, windowsKey(timeline, step)));
    return Object.entries(fields).map(([start, body]) => [
      step,
      Number(start),
      Tally.fromFlat(decode<FlatTally>(body)),
    ]);
  }

  /** What retention counts from: the wall clock on the live timeline, its own watermark on any other. */
  #references(changes: readonly Change[]): ReadonlyMap<string, number> {
    const references = new Map<string, number>();
    for (const { timelines } of changes) {
      for (const { timeline, watermark, windows } of timelines) {
        const reached =
          timeline === LIVE_TIMELINE ? this.settings.clock() : (watermark ?? Math.max(0, ...windows.keys()));
        references.set(timeline, Math.max(reached, references.get(timeline) ?? 0));
      }
    }
    return references;
  }

  async #addStored(partition: number, windows: readonly FoldedWindow[]): Promise<void> {
    const byKey = new Map<string, FoldedWindow[]>();
    for (const window of windows) byKey.set(window.key, [...(byKey.get(window.key) ?? []), window]);
    await Promise.all(
      [...byKey].map(async ([key, group]) => {
        const bodies = await this.redis.hmgetBuffer(
          this.keys.of(partition, key),
          ...group.map((window) => String(window.start)),
        );
        group.forEach((window, i) => {
          const body = bodies[i];
          if (body) window.tally.merge(Tally.fromFlat(decode<FlatTally>(body)));
        });
      }),
    );
  }

  async #store(
    partition: number,
    segment: { base: string; to: string },
    windows: readonly FoldedWindow[],
    references: ReadonlyMap<string, number>,
  ): Promise<void> {
    const hashes = [...references.keys()].flatMap((timeline) =>
      STEPS.map((step) => ({ key: windowsKey(timeline, step), timeline, step })),
    );
    const position = new Map(hashes.map(({ key }, i) => [key, i + 3]));
    const plan = {
      ...segment,
      trimBefore: `${this.settings.clock() - FOLD.keepChangesMs}-0`,
      windows: windows.map(({ key, start }) => [position.get(key), String(start)]),
      expire: hashes.map(({ key, timeline, step }) => [
        position.get(key),
        (references.get(timeline) ?? 0) - WINDOW_STEPS[step].retentionMs - WINDOW_STEPS[step].sizeMs,
      ]),
    };
    await storeFold.run(
      this.redis,
      [KEYS.state, STREAMS.changes, ...hashes.map(({ key }) => key)].map((name) =>
        this.keys.of(partition, name),
      ),
      [JSON.stringify(plan), ...windows.map(({ tally }) => encode(tally.toFlat()))],
    );
  }
}

/** Name of the hash that holds the windows of a timeline at one step. */
export function windowsKey(timeline: string, step: WindowStep): string {
  return `${KEYS.windows}:${timeline}:${step}`;
}

/** The changes summed into the windows of every step that are still kept. */
function gather(changes: readonly Change[], references: ReadonlyMap<string, number>): FoldedWindow[] {
  const windows = new Map<string, FoldedWindow>();
  for (const { timeline, windows: changed } of changes.flatMap((change) => change.timelines)) {
    const reference = references.get(timeline) ?? 0;
    for (const [start, gained] of changed) {
      for (const step of STEPS) {
        const { sizeMs, retentionMs } = WINDOW_STEPS[step];
        const at = windowStart(start, sizeMs);
        if (at + sizeMs <= reference - retentionMs) continue;
        const key = windowsKey(timeline, step);
        const name = `${key}/${at}`;
        const window = windows.get(name) ?? { key, start: at, tally: new Tally() };
        window.tally.merge(gained);
        windows.set(name, window);
      }
    }
  }
  return [...windows.values()];
}
