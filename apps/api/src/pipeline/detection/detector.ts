import type { NormalisedEvent } from '@watchfloor/contracts';
import { AlertBook, type AlertChange } from './alert-book';
import { EventView } from './event-view';
import type { Keyed } from './keyed-states';
import { OrderedRunner } from './ordered-runner';
import { comparePositions, ReorderBuffer, type Position } from './reorder-buffer';
import type { Rule } from './rule';
import { RuleIndex } from './rule-index';
import type { RuleRunner, Tracer } from './rule-runner';
import { WindowRunner } from './window-runner';
import type { WindowPartial } from './window-store';

/** An event with its place in the order. */
export interface PlacedEvent extends Position {
  readonly event: NormalisedEvent;
}

/** What `offer` did with an event. Only `taken` will be evaluated; `late` is counted as `lateForDetection`. */
export type Offer = 'taken' | 'ignored' | 'duplicate' | 'late';

export interface DetectorOptions {
  readonly timeline: string;
  /** Keys with state, open windows and open alerts, each for every rule. */
  readonly maxKeys?: number;
  /** Events held until the watermark has passed them; beyond that the earliest are evaluated early, and counted. */
  readonly maxPending?: number;
  /** True where `takeStateChanges` is called after each step. */
  readonly trackChanges?: boolean;
  /** True where windows of rules that are not keyed by source are judged by the partition of their group. */
  readonly sendPartials?: boolean;
  /** Told every step of a rule, for `--explain`. */
  readonly trace?: (rule: string, step: Parameters<Tracer>[0]) => void;
}

/** What came out of moving the watermark. `partials` are to be given to `receive` where their group is judged. */
export interface Detection {
  readonly changes: AlertChange[];
  readonly partials: WindowPartial[];
}

/** Counters since the start; all figures but `pending` only grow. */
export interface DetectionCounts {
  taken: number;
  duplicates: number;
  lateForDetection: number;
  releasedEarly: number;
  pending: number;
  evictions: number;
  latePartials: number;
}

/** One stored state: rule, part, key, and the state or null where it is gone. */
export type StoredState = readonly [rule: string, part: string, key: string, state: Keyed | null];

/** All that a detector needs to go on where another stopped. Plain: it survives JSON. */
export interface DetectorSnapshot {
  readonly position: Position | null;
  readonly watermark: number | null;
  readonly pending: readonly PlacedEvent[];
  readonly states: readonly StoredState[];
}

interface Pending extends PlacedEvent {
  readonly matched: readonly RuleRunner[];
}

export const DETECTION_LIMITS = { maxKeys: 10_000, maxPending: 65_536 } as const;

/**
 * Detection as a state machine without clock, randomness or input and output. Events come in any order and are
 * evaluated in the order of event time, producer, sequence once the watermark has passed them; so any delay up to
 * `maxOutOfOrderness` gives the same alerts.
 */
export class Detector {
  private readonly view = new EventView();
  private readonly index: RuleIndex;
  private readonly runners = new Map<Rule, RuleRunner>();
  private readonly pending = new ReorderBuffer<Pending>();
  private readonly maxPending: number;
  private changes: AlertChange[] = [];
  private partials: WindowPartial[] = [];
  private position: Position | undefined;
  private watermark = Number.NEGATIVE_INFINITY;
  private nextDueAt = Number.POSITIVE_INFINITY;
  private readonly counted = { taken: 0, duplicates: 0, lateForDetection: 0, releasedEarly: 0 };

  constructor(
    readonly rules: readonly Rule[],
    options: DetectorOptions,
  ) {
    this.index = new RuleIndex(rules);
    this.maxPending = options.maxPending ?? DETECTION_LIMITS.maxPending;
    for (const rule of rules) this.runners.set(rule, this.runnerOf(rule, options));
  }

  /** Takes an event if any rule is about it. Nothing is evaluated before `advance`, unless the buffer is full. */
  offer(placed: PlacedEvent): Offer {
    const matched = this.matching(placed.event);
    if (matched.length === 0) return 'ignored';
    if (placed.time < this.watermark || !this.isAhead(placed)) {
      this.counted.lateForDetection += 1;
      return 'late';
    }
    this.counted.taken += 1;
    const { time, producer, sequence, event } = placed;
    this.pending.push({ time, producer, sequence, event, matched });
    if (this.pending.size > this.maxPending) {
      this.counted.releasedEarly += 1;
      this.evaluateNext();
    }
    return 'taken';
  }

  /** Moves the watermark (ms of event time, forward only): what is before it is evaluated, what is due is done. */
  advance(watermark: number): Detection {
    for (
      let next = this.pending.peek();
      next !== undefined && next.time < watermark;
      next = this.pending.peek()
    )
      this.evaluateNext();
    this.watermark = Math.max(this.watermark, watermark);
    this.runDue(this.watermark);
    const detection = { changes: this.changes, partials: this.partials };
    this.changes = [];
    this.partials = [];
    return detection;
  }

  /** The end of the timeline: everything is evaluated, all windows and alerts are closed. */
  finish(): Detection {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  /** Takes windows that other partitions counted; call before advancing past their end. */
  receive(partials: readonly WindowPartial[]): void {
    const byId = new Map([...this.runners].map(([rule, runner]) => [rule.spec.id, runner]));
    for (const partial of partials) {
      const runner = byId.get(partial.rule);
      runner?.receive(partial);
      if (runner !== undefined) this.nextDueAt = Math.min(this.nextDueAt, runner.dueAt);
    }
  }

  get counts(): DetectionCounts {
    let evictions = 0;
    let latePartials = 0;
    for (const runner of this.runners.values()) {
      for (const states of Object.values(runner.parts)) evictions += states.evictions;
      if (runner instanceof WindowRunner) latePartials += runner.latePartials;
    }
    return { ...this.counted, pending: this.pending.size, evictions, latePartials };
  }

  /** The states that changed since the last call: what a commit has to write. Encode them before the next call. */
  takeStateChanges(): StoredState[] {
    return this.partsOfRules((rule, part, states) =>
      states.takeChanges().map(({ key, state }): StoredState => [rule, part, key, state]),
    );
  }

  /** The whole state, to be encoded before the next call. */
  snapshot(): DetectorSnapshot {
    return {
      position: this.position === undefined ? null : placeOf(this.position),
      watermark: Number.isFinite(this.watermark) ? this.watermark : null,
      pending: this.pending
        .entries()
        .map(({ time, producer, sequence, event }) => ({ time, producer, sequence, event })),
      states: this.partsOfRules((rule, part, states) =>
        [...states.entries()].map(([key, state]): StoredState => [rule, part, key, state]),
      ),
    };
  }

  /** Goes on from a snapshot; call on a new detector. States of rules that no longer exist are left out. */
  restore({ position, watermark, pending, states }: DetectorSnapshot): void {
    this.position = position ?? undefined;
    this.watermark = watermark ?? Number.NEGATIVE_INFINITY;
    this.partsOfRules((rule, part, target) => {
      const own = states.filter((stored) => stored[0] === rule && stored[1] === part);
      target.restore(own.flatMap(([, , key, state]) => (state === null ? [] : [[key, state] as const])));
      return [];
    });
    for (const runner of this.runners.values()) {
      runner.book.restored();
      this.nextDueAt = Math.min(this.nextDueAt, runner.dueAt);
    }
    for (const placed of pending) this.pending.push({ ...placed, matched: this.matching(placed.event) });
  }

  private runnerOf(rule: Rule, options: DetectorOptions): RuleRunner {
    const { id } = rule.spec;
    const report = (change: AlertChange): void => void this.changes.push(change);
    const limit = options.maxKeys ?? DETECTION_LIMITS.maxKeys;
    const book = new AlertBook(rule, options.timeline, report, {
      limit,
      tracked: options.trackChanges === true,
    });
    const { trace: told } = options;
    const trace: Tracer | undefined = told === undefined ? undefined : (step) => told(id, step);
    const { evaluation } = rule;
    if (evaluation.mode === 'ordered') return new OrderedRunner(rule, evaluation.kind, book, trace);
    const send =
      options.sendPartials === true
        ? (partial: WindowPartial) => void this.partials.push(partial)
        : undefined;
    return new WindowRunner(rule, evaluation, book, { trace, send });
  }

  private matching(event: NormalisedEvent): readonly RuleRunner[] {
    const candidates = this.index.candidates(event);
    if (candidates.length === 0) return NONE;
    const view = this.view.of(event);
    let matched: RuleRunner[] | undefined;
    for (const rule of candidates) {
      if (!rule.test(view)) continue;
      const runner = this.runners.get(rule);
      if (runner !== undefined) (matched ??= []).push(runner);
    }
    return matched ?? NONE;
  }

  private isAhead(placed: Position): boolean {
    return this.position === undefined || comparePositions(placed, this.position) > 0;
  }

  private evaluateNext(): void {
    const next = this.pending.pop();
    if (next === undefined) return;
    if (!this.isAhead(next)) {
      this.counted.duplicates += 1;
      return;
    }
    this.position = next;
    if (next.time >= this.nextDueAt) this.runDue(next.time);
    const view = this.view.of(next.event);
    for (const runner of next.matched) {
      runner.take(view, next.time);
      this.nextDueAt = Math.min(this.nextDueAt, runner.dueAt);
    }
  }

  /** Everything that is due between two events is done at the time of the next, so when `advance` is called changes nothing. */
  private runDue(time: number): void {
    if (time < this.nextDueAt) return;
    let next = Number.POSITIVE_INFINITY;
    for (const runner of this.runners.values()) {
      if (runner.dueAt <= time) runner.runDue(time);
      next = Math.min(next, runner.dueAt);
    }
    this.nextDueAt = next;
  }

  private partsOfRules(
    read: (rule: string, part: string, states: RuleRunner['parts'][string]) => StoredState[],
  ): StoredState[] {
    return [...this.runners].flatMap(([rule, runner]) =>
      Object.entries(runner.parts).flatMap(([part, states]) => read(rule.spec.id, part, states)),
    );
  }
}

const NONE: readonly RuleRunner[] = [];

function placeOf({ time, producer, sequence }: Position): Position {
  return { time, producer, sequence };
}
