import type { EntryId } from '../../entry';
import type { AlertChange } from '../alert-book';
import type { OfferedBatch } from '../pending-batches';
import type { Rule } from '../rule';
import type { StoredState } from '../rule-runners';
import { earlier } from './entry-order';
import type { Mark } from './mark';
import {
  isWorthTelling,
  type OutboxAppend,
  type OutboxEntry,
  type TimelinePartial,
  type TimelineProgress,
} from './outbox';
import { type Side, TimelineDetection, type TimelineHeader } from './timeline-detection';

/** Where detection of a partition is. */
export interface PartitionPosition {
  /** The last mark taken and the keyed entry it led to. */
  readonly mark: EntryId;
  readonly entry: EntryId;
  /** Events of the partition up to there. */
  readonly total: number;
  /** The stream is needed behind this entry only. */
  readonly cursor: EntryId;
  /** By sender: the last entry of its outbox that was taken. */
  readonly senders: readonly EntryId[];
}

/** What a checkpoint writes: what changed since the last one. */
export interface PartitionCheckpoint {
  readonly position: PartitionPosition;
  readonly timelines: ReadonlyMap<string, TimelineHeader>;
  readonly states: readonly (readonly [timeline: string, side: Side, state: StoredState])[];
  readonly forgotten: readonly string[];
  readonly outbox: OutboxAppend | undefined;
}

/** The changes that alerts of one timeline undergo. */
export interface TimelineAlerts {
  readonly timeline: string;
  readonly changes: readonly AlertChange[];
}

/** Entries of a timeline behind which what still waits is set aside: more than any disorder spans. */
const ENTRIES_HELD = 4_096;

/** Which partition judges the windows of a group. */
export type JudgeOf = (group: string) => number;

/**
 * Detection of one partition, all its timelines: a state machine that is told what aggregation committed, step by step, and
 * what other partitions counted. It follows the marks in lockstep, so how far it lags behind changes no result.
 */
export class PartitionDetection {
  readonly #timelines = new Map<string, TimelineDetection>();
  readonly #changed = new Set<string>();
  #forgotten: string[] = [];

  constructor(
    private rules: readonly Rule[],
    private readonly settings: { readonly partitions: number; readonly judgeOf: JudgeOf },
    private place: PartitionPosition,
  ) {}

  get position(): PartitionPosition {
    return this.place;
  }

  get timelines(): Iterable<TimelineDetection> {
    return this.#timelines.values();
  }

  /** Whether a checkpoint would write anything. */
  get isChanged(): boolean {
    return this.#changed.size > 0 || this.#forgotten.length > 0;
  }

  /** Puts a timeline back as a checkpoint has it. Apply what is returned before the next checkpoint. */
  restore(
    timeline: string,
    header: TimelineHeader,
    states: Readonly<Record<Side, StoredState[]>>,
  ): TimelineAlerts {
    const changes = this.#of(timeline).restore(header, states);
    if (changes.length > 0) this.#changed.add(timeline);
    return { timeline, changes };
  }

  /** Notes a keyed entry of a timeline and takes its events; `batch` is undefined where it has none. */
  offer(timeline: string, entry: EntryId, batch: OfferedBatch | undefined, mode: 'first' | 'again'): void {
    const detection = this.#of(timeline);
    if (mode === 'first') detection.newest = entry;
    if (batch !== undefined) detection.offer(batch, mode);
    this.#changed.add(timeline);
  }

  /** Takes a mark when all entries up to it have been offered. Yields after each stretch of work. */
  *follow(mark: Mark & { id: EntryId; to: EntryId; total: number }): Generator<TimelineAlerts> {
    for (const [timeline, watermark] of Object.entries(mark.watermarks))
      yield* this.#step(timeline, this.#of(timeline).advance(watermark));
    for (const timeline of mark.flushed) yield* this.#step(timeline, this.#of(timeline).flush());
    for (const timeline of mark.ended) {
      this.#changed.add(timeline);
      yield { timeline, changes: this.#of(timeline).end() };
    }
    this.place = { ...this.place, mark: mark.id, entry: mark.to, total: mark.total };
  }

  /** Takes entries of the outbox of one sender. Call `judge` before the next checkpoint. */
  hear(sender: number, entries: readonly OutboxEntry[]): void {
    for (const { id, progress, partials } of entries) {
      for (const { timeline, partial } of partials) this.#of(timeline).hear(sender, undefined, [partial]);
      for (const [timeline, reached] of Object.entries(progress)) {
        this.#of(timeline).hear(sender, reached, []);
        this.#changed.add(timeline);
      }
      const senders = [...this.place.senders];
      senders[sender] = id;
      this.place = { ...this.place, senders };
    }
  }

  /** Judges what all partitions have counted to the end. */
  *judge(): Generator<TimelineAlerts> {
    for (const [timeline, detection] of this.#timelines) {
      const changes = detection.judge();
      if (changes.length > 0) this.#changed.add(timeline);
      yield { timeline, changes };
    }
  }

  /** Runs these rules from now on. Apply all that it yields before the next checkpoint. */
  *useRules(rules: readonly Rule[]): Generator<TimelineAlerts> {
    this.rules = rules;
    for (const [timeline, detection] of this.#timelines) {
      this.#changed.add(timeline);
      yield { timeline, changes: detection.useRules(rules) };
    }
  }

  /** Lets the stream go on although something of a timeline waits: it travels in the checkpoint. */
  release(timeline: string): void {
    const detection = this.#timelines.get(timeline);
    if (detection?.heldBehind === undefined) return;
    detection.setAside(0);
    this.#changed.add(timeline);
  }

  /** Gives up a timeline with all its state. */
  forget(timeline: string): void {
    if (this.#timelines.delete(timeline)) this.#forgotten.push(timeline);
    this.#changed.delete(timeline);
  }

  /** What is to be written now. It counts as written: if that fails, this object is to be given up. */
  takeCheckpoint(): PartitionCheckpoint {
    for (const detection of this.#timelines.values()) detection.setAside(ENTRIES_HELD);
    this.place = { ...this.place, cursor: this.#cursor() };
    const outbox = this.#takeOutbox();
    const changed = [...this.#changed].map((name) => [name, this.#of(name)] as const);
    const forgotten = this.#forgotten;
    this.#changed.clear();
    this.#forgotten = [];
    return {
      position: this.place,
      timelines: new Map(changed.map(([name, detection]) => [name, detection.header()])),
      states: changed.flatMap(([name, detection]) =>
        detection.takeStateChanges().map(([side, state]) => [name, side, state] as const),
      ),
      forgotten,
      outbox,
    };
  }

  *#step(timeline: string, work: Generator<AlertChange[]>): Generator<TimelineAlerts> {
    this.#changed.add(timeline);
    for (const changes of work) yield { timeline, changes };
  }

  #of(timeline: string): TimelineDetection {
    const known = this.#timelines.get(timeline);
    if (known) return known;
    const created = new TimelineDetection(timeline, this.rules, this.settings.partitions);
    this.#timelines.set(timeline, created);
    return created;
  }

  /** The last entry such that nothing of it and of all before it waits. */
  #cursor(): EntryId {
    let cursor = this.place.entry;
    for (const { heldBehind } of this.#timelines.values()) {
      if (heldBehind === null) return this.place.cursor;
      if (heldBehind !== undefined) cursor = earlier(cursor, heldBehind);
    }
    return cursor;
  }

  #takeOutbox(): OutboxAppend | undefined {
    const progress: Record<string, TimelineProgress> = {};
    const partials = new Map<number, TimelinePartial[]>();
    for (const name of this.#changed) {
      const detection = this.#of(name);
      const taken = detection.takePartials();
      for (const partial of taken) {
        const receiver = this.settings.judgeOf(partial.group);
        const forReceiver = partials.get(receiver) ?? [];
        forReceiver.push({ timeline: name, partial });
        partials.set(receiver, forReceiver);
      }
      const reached = detection.progress;
      if (reached === undefined || (taken.length === 0 && !isWorthTelling(detection.sent, reached))) continue;
      progress[name] = reached;
      detection.sent = reached;
    }
    return Object.keys(progress).length === 0 ? undefined : { progress, partials };
  }
}
