import { setImmediate as turn } from 'node:timers/promises';
import { entryTime } from '@watchfloor/redis';
import type { AlertStore } from '../../alerts/alert.store';
import { decodeBatch } from '../../batch-codec';
import type { Clock } from '../../clock';
import { DETECTION, LIVE_TIMELINE } from '../../topology';
import { DETECTION_LIMITS } from '../detector';
import type { OfferedBatch } from '../pending-batches';
import type { Rule } from '../rule';
import type { Side } from './timeline-detection';
import type { StoredState } from '../rule-runners';
import type { Arrivals } from './arrivals.store';
import { checkpointPause } from './checkpoint-pause';
import { type CheckpointStore, encodeState, type EncodedStates } from './checkpoint.store';
import type { DetectionMeter } from './detection-meter';
import { isBefore } from './entry-order';
import type { Mark } from './mark';
import type { KeyedEntry, MarkedStore } from './marked.store';
import { isEnded, type TimelineProgress } from './outbox';
import type { OutboxStore } from './outbox.store';
import { type JudgeOf, PartitionDetection, type TimelineAlerts } from './partition-detection';
import { type QuietStep, whenQuiet } from './quiet-timeline';

/** Another process runs detection of this partition now; what this one has in memory is worth nothing. */
export class TakenOverError extends Error {
  constructor(partition: number) {
    super(`Detection of partition ${partition} was taken over`);
    this.name = 'TakenOverError';
  }
}

const OUTBOX_ENTRIES = 64;
const REPLAYED_ENTRIES = 256;
const NEVER = Number.NEGATIVE_INFINITY;

/** What a follower works with. */
export interface FollowerStores {
  readonly marked: MarkedStore;
  readonly checkpoints: CheckpointStore;
  readonly outbox: OutboxStore;
  readonly alerts: AlertStore;
}

export interface FollowerSettings {
  /** The rules in use; others from one step to the next when an operator changed them. */
  readonly rules: () => readonly Rule[];
  readonly partitions: number;
  readonly judgeOf: JudgeOf;
  readonly clock: Clock;
  readonly meter: DetectionMeter;
}

/**
 * Runs detection of one partition as long as its token is the newest: takes what aggregation marked, applies what alerts
 * undergo, and from time to time writes a checkpoint. When anything fails it is to be given up: the next one goes on from the
 * checkpoint and finds the same alerts, which change nothing the second time.
 */
export class PartitionFollower {
  #detection: PartitionDetection | undefined;
  #revision = '0';
  #rules: readonly Rule[] = [];
  #heardAt = NEVER;
  #trimmedAt = NEVER;
  #writtenAt: number;
  /** How long the last checkpoint took. */
  #tookMs = 0;
  #offered = 0;
  #lag = 0;
  #breathedAt = performance.now();

  constructor(
    readonly partition: number,
    readonly token: number,
    private readonly stores: FollowerStores,
    private readonly settings: FollowerSettings,
  ) {
    this.#writtenAt = settings.clock();
  }

  /** The state in memory; undefined before the first step. */
  get detection(): PartitionDetection | undefined {
    return this.#detection;
  }

  /** Events marked and not taken yet, as of the last look. */
  get lag(): number {
    return this.#lag;
  }

  /** How many rules it runs. */
  get rules(): number {
    return this.settings.rules().length;
  }

  /** One round: takes what is there, and writes a checkpoint when it is due. Returns whether there was anything. */
  async step(arrivals: Arrivals | undefined): Promise<boolean> {
    await this.#useRules();
    const took = await this.take();
    const now = this.settings.clock();
    if (now - this.#heardAt >= DETECTION.outboxEveryMs) await this.hear();
    if (arrivals !== undefined) await this.rest(arrivals);
    const isDue = now - this.#writtenAt >= checkpointPause(this.#tookMs, this.settings.partitions);
    if (isDue || this.#offered >= DETECTION.checkpointEveryEvents) await this.checkpoint();
    return took;
  }

  /** Takes the next marks with the entries before them. Returns false when there is none. */
  async take(): Promise<boolean> {
    const detection = (this.#detection ??= await this.#load());
    const { marks, entries, total } = await this.stores.marked.read(
      this.partition,
      detection.position,
      DETECTION.eventsPerStep,
    );
    let next = 0;
    for (const mark of marks) {
      for (let entry = entries[next]; entry && !isBefore(mark.to, entry.id); entry = entries[++next])
        await this.#offer(detection, entry, 'first');
      await this.#apply(detection.follow(mark));
    }
    this.#lag = Math.max(0, total - detection.position.total);
    return marks.length > 0;
  }

  /** Takes what other partitions counted, and judges what all have counted to the end. */
  async hear(): Promise<void> {
    const detection = (this.#detection ??= await this.#load());
    this.#heardAt = this.settings.clock();
    const heard = await Promise.all(
      detection.position.senders.map((after, sender) =>
        this.stores.outbox.read(sender, this.partition, after, OUTBOX_ENTRIES),
      ),
    );
    heard.forEach((entries, sender) => detection.hear(sender, entries));
    if (heard.some((entries) => entries.length > 0)) await this.#apply(detection.judge());
    if (heard.some((entries) => entries.length === OUTBOX_ENTRIES)) this.#heardAt = NEVER;
  }

  /** Lets time go on where a timeline is quiet, however much comes of others, and forgets those that are no longer kept. */
  async rest(arrivals: Arrivals): Promise<void> {
    const detection = (this.#detection ??= await this.#load());
    const now = this.settings.clock();
    for (const { timeline, progress, newest, counts } of [...detection.timelines]) {
      if (newest === undefined || arrivals.isUnderWay(timeline)) continue;
      const producer = arrivals.producerOf(timeline);
      const arrivedAt = entryTime(newest);
      const isQuiet = now - arrivedAt >= DETECTION.idleAfterMs;
      if (!isQuiet && producer !== 'ended') continue;
      const watermark = await this.#restingAt(timeline, progress);
      if (watermark === undefined) continue;
      const flushed = progress?.flushed ?? false;
      const ended = isEnded(progress);
      const step = whenQuiet({ watermark, flushed, ended, timeline, arrivedAt, producer }, now);
      if (step !== 'wait') await this.#mark(timeline, watermark, step);
      else if (isQuiet && counts.pending <= DETECTION_LIMITS.maxStragglers) detection.release(timeline);
    }
    this.#forget(detection, arrivals);
  }

  /**
   * Writes what changed since the last checkpoint.
   * @throws TakenOverError
   */
  async checkpoint(): Promise<void> {
    const { clock } = this.settings;
    this.#writtenAt = clock();
    const detection = this.#detection;
    if (detection === undefined) return;
    this.#offered = 0;
    if (!detection.isChanged) return;
    const checkpoint = detection.takeCheckpoint();
    const states = new Map<string, EncodedStates>();
    for (const [timeline, side, state] of checkpoint.states) {
      const encoded = states.get(timeline) ?? { kept: [], removed: [] };
      states.set(timeline, encoded);
      encodeState(encoded, side, state);
      await this.#breathe();
    }
    const place = { token: this.token, revision: this.#revision };
    const outcome = await this.stores.checkpoints.write(this.partition, place, checkpoint, states);
    if (outcome !== 'OK') throw new TakenOverError(this.partition);
    this.#revision = String(Number(this.#revision) + 1);
    this.#tookMs = clock() - this.#writtenAt;
    if (clock() - this.#trimmedAt >= DETECTION.trimOutboxEveryMs) {
      this.#trimmedAt = clock();
      await this.stores.outbox.trim(this.partition);
    }
  }

  /** Event time that a timeline has come to when nothing of it is on its way; undefined when no event moved it. */
  async #restingAt(timeline: string, progress: TimelineProgress | undefined): Promise<number | undefined> {
    if (progress?.flushed === true && timeline !== LIVE_TIMELINE) return progress.watermark;
    const carried = await this.stores.marked.watermarkAtRest(this.partition, timeline);
    return progress === undefined ? carried : Math.max(progress.watermark, carried ?? progress.watermark);
  }

  /**
   * Writes a mark of its own about one timeline. Where more of it has come meanwhile it does nothing.
   * @throws TakenOverError
   */
  async #mark(timeline: string, watermark: number, step: Exclude<QuietStep, 'wait'>): Promise<void> {
    const isFlush = step === 'flush' || step === 'end';
    const content: Mark = {
      // A partition that has no event of the timeline could not say otherwise how far it is.
      watermarks: { [timeline]: isFlush ? watermark : step.watermark },
      flushed: isFlush ? [timeline] : [],
      ended: step === 'end' ? [timeline] : [],
    };
    const { token } = this;
    const { entry } = (this.#detection ??= await this.#load()).position;
    const outcome = await this.stores.marked.write(this.partition, { token, entry }, timeline, content);
    if (outcome === 'FENCED') throw new TakenOverError(this.partition);
  }

  async #useRules(): Promise<void> {
    const rules = this.settings.rules();
    if (rules === this.#rules) return;
    this.#rules = rules;
    if (this.#detection) await this.#apply(this.#detection.useRules(rules));
  }

  async #load(): Promise<PartitionDetection> {
    const { checkpoints, marked } = this.stores;
    const { revision, position, timelines } = await checkpoints.load(this.partition);
    const { partitions, judgeOf } = this.settings;
    this.#rules = this.settings.rules();
    const detection = new PartitionDetection(this.#rules, { partitions, judgeOf }, position);
    for (const [timeline, header] of timelines) {
      const states: Record<Side, StoredState[]> = { counted: [], judged: [] };
      for await (const some of checkpoints.states(this.partition, timeline))
        for (const [side, state] of some) states[side].push(state);
      await this.#apply([detection.restore(timeline, header, states)].values());
    }
    for (let after = position.cursor; isBefore(after, position.entry);) {
      const entries = await marked.entries(this.partition, after, position.entry, REPLAYED_ENTRIES);
      for (const entry of entries) await this.#offer(detection, entry, 'again');
      after = entries.at(-1)?.id ?? position.entry;
    }
    this.#revision = revision;
    return detection;
  }

  async #offer(detection: PartitionDetection, entry: KeyedEntry, mode: 'first' | 'again'): Promise<void> {
    const begun = performance.now();
    const batch = entry.events > 0 ? toBatch(entry) : undefined;
    detection.offer(entry.timeline, entry.id, batch, mode);
    if (mode === 'first') this.#offered += entry.events;
    this.settings.meter.busy(performance.now() - begun, mode === 'first' ? entry.events : 0);
    await this.#breathe();
  }

  /** Applies what alerts undergo, stretch by stretch. */
  async #apply(stretches: Iterator<TimelineAlerts>): Promise<void> {
    for (;;) {
      const begun = performance.now();
      const { value, done } = stretches.next();
      this.settings.meter.busy(performance.now() - begun, 0);
      if (done === true) return;
      const { timeline, changes } = value;
      if (changes.length > 0)
        await this.stores.alerts.apply(this.partition, timeline, changes, { now: this.settings.clock() });
      await this.#breathe();
    }
  }

  #forget(detection: PartitionDetection, { kept }: Arrivals): void {
    const now = this.settings.clock();
    for (const { timeline, newest } of [...detection.timelines]) {
      // Of one without an entry here it has only heard.
      const isQuiet = newest === undefined || now - entryTime(newest) > DETECTION.idleAfterMs;
      if (timeline !== LIVE_TIMELINE && isQuiet && !kept.has(timeline)) detection.forget(timeline);
    }
  }

  /** Gives the event loop back when this took it for long enough. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathedAt < DETECTION.sliceMs) return;
    await turn();
    this.#breathedAt = performance.now();
  }
}

function toBatch({ id, body }: KeyedEntry): OfferedBatch {
  const batch = decodeBatch(body);
  const skip = batch.future.length === 0 ? undefined : new Set(batch.future);
  return { entry: id, times: batch.times, parts: () => batch.parts, ...(skip ? { skip } : {}) };
}
