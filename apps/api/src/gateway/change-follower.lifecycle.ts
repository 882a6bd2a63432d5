import { randomUUID } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { compareEntryIds } from '@watchfloor/redis';
import { fillBook } from '../pipeline/aggregation/stored-windows';
import { readWindow, type WindowStore } from '../pipeline/aggregation/window.store';
import type { Clock } from '../pipeline/clock';
import { stageCounters } from '../pipeline/ledger/stage-counters';
import { EDGE_LIMITS, FOLD, KEYS, LIVE_TIMELINE, STREAMS } from '../pipeline/topology';
import { FollowLoop } from './follow-loop.lifecycle';
import { ReadModel, TimelineModel } from './read-model';
import { TimelineNames } from './timeline-names.store';

/** How often changes are fetched, in ms: half a frame. */
const FOLLOW_EVERY_MS = 100;
const PRUNE_EVERY_MS = 10_000;
const CHANGES_AT_A_TIME = 500;
/** Stored windows that are read before others get a turn. */
const WINDOWS_AT_A_TIME = 8;

/** How often it is looked which named timelines there still are, in ms. */
const NAMES_EVERY_MS = 1_000;
/** Named timelines in memory: no more than there may be. The one asked for longest ago goes first. */
const NAMED_TIMELINES = EDGE_LIMITS.timelines;
/** A named timeline that nobody has asked for during this long, in ms, is dropped: it can be read again. */
const UNASKED_MS = 300_000;

interface Settings {
  readonly partitions: number;
  readonly trackedKeys: number;
  readonly clock: Clock;
}

/**
 * Keeps the read model equal to what the partitions have committed: stored windows once, then every change. After a
 * pause longer than changes are kept it starts again under a new epoch.
 */
export class ChangeFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(ChangeFollower.name);
  #model: ReadModel;
  #epoch = randomUUID();
  #positions: string[] = [];
  /** For each partition, the last change that the counts read at the start have. */
  #counted: string[] = [];
  #followedAt = 0;
  #prunedAt = 0;
  #namesAt = 0;
  readonly #names: TimelineNames;
  #loaded = false;
  /** Loads and follows take turns: a load between two changes would miss or double one. */
  readonly #loop = new FollowLoop({
    follow: () => this.#follow(),
    everyMs: FOLLOW_EVERY_MS,
    onFailure: (error) => this.#logger.warn(`Changes could not be read: ${String(error)}`),
  });

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly windows: WindowStore,
    private readonly settings: Settings,
  ) {
    this.#model = new ReadModel(settings.partitions, settings.trackedKeys);
    this.#names = new TimelineNames(redis, keys);
  }

  /** What is known. The object changes with the epoch. */
  get model(): ReadModel {
    return this.#model;
  }

  /** Changes whenever revisions begin again. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Changes whenever a timeline begins again: with the epoch, and when it was dropped and read anew. */
  epochOf(timeline: string): string {
    return `${this.#epoch}/${this.#model.timeline(timeline)?.filling ?? 0}`;
  }

  /** Whether the stored state has been read. */
  get ready(): boolean {
    return this.#loaded;
  }

  /** When the last change could be looked for, in ms since the epoch. */
  get followedAt(): number {
    return this.#followedAt;
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#loop.stop();
  }

  /**
   * A timeline that somebody asks for; read from the store at the first time. Of a name that no timeline has, it is empty and not
   * kept: anybody can ask for any name.
   */
  async open(timeline: string): Promise<TimelineModel> {
    const known = this.#model.timeline(timeline) ?? (await this.#loop.inTurn(() => this.#opened(timeline)));
    known.askedAt = this.settings.clock();
    return known;
  }

  async #opened(timeline: string): Promise<TimelineModel> {
    const known = this.#model.timeline(timeline);
    if (known) return known;
    if (timeline !== LIVE_TIMELINE && !(await this.#names.has(timeline)))
      return new TimelineModel(timeline, this.settings.trackedKeys);
    const model = await this.#load(timeline);
    model.askedAt = this.settings.clock();
    this.#model.dropUnasked(0, NAMED_TIMELINES);
    return model;
  }

  async #follow(): Promise<void> {
    const now = this.settings.clock();
    if (!this.#loaded || now - this.#followedAt > FOLD.keepChangesMs / 2) await this.#restart();
    await this.#dropSwept(now);
    await Promise.all(this.#positions.map((_, partition) => this.#followPartition(partition)));
    this.#followedAt = this.settings.clock();
    for (const timeline of this.#model.timelines) timeline.settle(now);
    if (now - this.#prunedAt > PRUNE_EVERY_MS) {
      this.#prunedAt = now;
      this.#model.dropUnasked(now - UNASKED_MS, NAMED_TIMELINES);
      for (const timeline of this.#model.timelines) timeline.prune(now);
    }
  }

  /** Forgets timelines that were swept, also those whose name is in use again. */
  async #dropSwept(now: number): Promise<void> {
    if (now - this.#namesAt < NAMES_EVERY_MS) return;
    this.#namesAt = now;
    const named = [...this.#model.timelines]
      .map(({ timeline }) => timeline)
      .filter((name) => name !== LIVE_TIMELINE);
    if (named.length === 0) return;
    for (const name of await this.#names.swept(named)) this.#model.drop(name);
  }

  async #restart(): Promise<void> {
    this.#model = new ReadModel(this.settings.partitions, this.settings.trackedKeys);
    this.#epoch = randomUUID();
    const partitions = Array.from({ length: this.settings.partitions }, (_, partition) => partition);
    this.#counted = [];
    for (const partition of partitions) await this.#readCounts(partition);
    this.#positions = partitions.map(() => '0-0');
    await this.#load(LIVE_TIMELINE);
    this.#loaded = true;
  }

  /** What a partition has counted since the first start, and the change up to which that is. */
  async #readCounts(partition: number): Promise<void> {
    const answers = await this.redis
      .multi()
      .hmget(this.keys.of(partition, KEYS.ledger), stageCounters.out('aggregation'), stageCounters.future)
      .xrevrange(this.keys.of(partition, STREAMS.changes), '+', '-', 'COUNT', 1)
      .exec();
    const [[failure, counts] = [null, null], [, newest] = []] = answers ?? [];
    if (failure) throw failure;
    const [total, future] = counts as (string | null)[];
    this.#model.setTotal(partition, Number(total ?? 0));
    this.#model.future += Number(future ?? 0);
    this.#counted.push((newest as [string, string[]][])[0]?.[0] ?? '0-0');
  }

  /** Reads a timeline and brings it to where the others are. */
  async #load(timeline: string): Promise<TimelineModel> {
    const loading = new ReadModel(this.settings.partitions, this.settings.trackedKeys);
    const model = loading.open(timeline);
    const stored = await Promise.all(
      this.#positions.map((_, partition) => this.windows.load(partition, timeline)),
    );
    let filled = 0;
    for (const _ of fillBook(model.book, stored, readWindow)) {
      // The same process may have requests to answer.
      if (++filled % WINDOWS_AT_A_TIME === 0) await immediate();
    }
    for (const [, start] of model.book.entries()) model.highest = Math.max(model.highest, start);
    for (const [partition, { upTo }] of stored.entries()) {
      // The others may stand behind the fold: then they move up, changes up to it are in their windows too.
      const behind = compareEntryIds(this.#positions[partition] ?? '0-0', upTo) < 0;
      if (behind && this.#loaded) await this.#followPartition(partition, upTo);
      if (!this.#loaded) this.#positions[partition] = upTo;
      await this.#catchUp(loading, partition, upTo);
    }
    this.#model.adopt(model);
    return model;
  }

  /** Applies what came after `upTo`, up to where this follower stands. */
  async #catchUp(loading: ReadModel, partition: number, upTo: string): Promise<void> {
    const position = this.#positions[partition] ?? upTo;
    for (let after = upTo; compareEntryIds(after, position) < 0;) {
      const entries = await this.windows.changesAfter(partition, after, CHANGES_AT_A_TIME);
      for (const { id, change } of entries) {
        if (compareEntryIds(id, position) > 0) return;
        loading.apply(partition, change, this.settings.clock());
        after = id;
      }
      if (entries.length < CHANGES_AT_A_TIME) return;
    }
  }

  async #followPartition(partition: number, until?: string): Promise<void> {
    for (;;) {
      const position = this.#positions[partition] ?? '0-0';
      const entries = await this.windows.changesAfter(partition, position, CHANGES_AT_A_TIME);
      for (const { id, total, change } of entries) {
        if (until !== undefined && compareEntryIds(id, until) > 0) return;
        this.#model.apply(partition, change, this.settings.clock());
        if (compareEntryIds(id, this.#counted[partition] ?? '0-0') > 0) this.#model.countFuture(change);
        this.#model.setTotal(partition, total);
        this.#positions[partition] = id;
      }
      if (entries.length < CHANGES_AT_A_TIME) return;
    }
  }
}
