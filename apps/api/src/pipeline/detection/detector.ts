import type { AlertChange, AlertWords } from './alert-book';
import { PendingBatches, type OfferedBatch } from './pending-batches';
import { comparePositions, type PlacedEvent, type PlacedRow, type Position } from './place';
import type { Rule } from './rule';
import { RuleRunners, type RunnerOptions, type StoredState } from './rule-runners';
import { RulePlan } from './rule-plan';
import type { WindowPartial } from './window-partial';

export interface DetectorOptions extends Partial<RunnerOptions> {
  readonly timeline: string;
  /** Events held until the watermark has passed them; beyond that the earliest are evaluated early, and counted. */
  readonly maxPending?: number;
  /** Events that `setAside` keeps. */
  readonly maxStragglers?: number;
}

/** What came out of a step. `partials` are to be given to `receive` where their group is judged. */
export interface Detection {
  readonly changes: AlertChange[];
  readonly partials: WindowPartial[];
}

/** Counters since the start of the timeline; all figures but `pending` only grow. */
export interface DetectionCounts {
  /** Events evaluated, whether a rule is about them or not. */
  evaluated: number;
  /** Events that were evaluated before: not evaluated again. */
  duplicates: number;
  /** Events that came when their place in the order had passed: not evaluated. */
  lateForDetection: number;
  /** Events evaluated before the watermark because too many waited. */
  releasedEarly: number;
  /** Events far ahead of the others that were given up because there were too many. */
  givenUp: number;
  /** Windows of other partitions that came when their time had passed: not judged. */
  latePartials: number;
  /** States of keys that were dropped because a rule had too many. */
  evictions: number;
  /** How often a rule failed on an event. */
  failures: number;
  /** Events that wait for the watermark. */
  pending: number;
}

/** Where a detector is; with the stored states all that another needs to go on. Plain: it survives JSON. */
export interface DetectorCheckpoint {
  readonly position: Position | null;
  readonly watermark: number | null;
  /** See `Detector.lowWater`. */
  readonly lowWater: string | null;
  readonly counts: DetectionCounts;
  /** Events that were set aside. */
  readonly stragglers: readonly PlacedEvent[];
  /** By version: the words of rules that have open alerts; not there in checkpoints of before. */
  readonly words?: Readonly<Record<string, AlertWords>>;
}

export const DETECTION_LIMITS = { maxKeys: 10_000, maxPending: 262_144, maxStragglers: 2_048 } as const;

/** When the buffer is full, this part of it is evaluated at once, so that it is not sorted for each event. */
const RELEASED_SHARE = 1 / 8;

/**
 * Detection as a state machine without clock, randomness or input and output. Events come in any order and are
 * evaluated in the order of event time, producer, sequence once the watermark has passed them; so any delay up to
 * `maxOutOfOrderness` gives the same alerts.
 *
 * Partitions: each detector counts the events of its partition. With `sendPartials`, windows of rules that are not keyed by
 * source leave it as partials; they are judged by another detector, which is offered no events and is advanced to the lowest
 * watermark of all partitions once their partials up to there are in.
 *
 * Restart: store `checkpoint` with `takeStateChanges` in one commit; `restore` a new detector from them and offer all entries after
 * `lowWater` again, those that had been offered before the checkpoint as `again`. What comes out is what would have come out.
 */
export class Detector {
  private readonly pending = new PendingBatches();
  private readonly findings: Detection = { changes: [], partials: [] };
  private readonly options: RunnerOptions;
  private readonly maxPending: number;
  private readonly maxStragglers: number;
  private runners: RuleRunners;
  private plan: RulePlan;
  private position: Position | undefined;
  /** Where the checkpoint was that this detector went on from. */
  private restoredAt: Position | undefined;
  private watermark = Number.NEGATIVE_INFINITY;
  private counted: DetectionCounts = noCounts();

  constructor(rules: readonly Rule[], options: DetectorOptions) {
    this.maxPending = options.maxPending ?? DETECTION_LIMITS.maxPending;
    this.maxStragglers = options.maxStragglers ?? DETECTION_LIMITS.maxStragglers;
    this.options = {
      timeline: options.timeline,
      maxKeys: options.maxKeys ?? DETECTION_LIMITS.maxKeys,
      trackChanges: options.trackChanges ?? false,
      sendPartials: options.sendPartials ?? false,
      trace: options.trace,
    };
    this.runners = new RuleRunners(rules, this.findings, this.options);
    this.plan = new RulePlan(rules, this.runners);
  }

  /**
   * Takes the events of an entry; they are decoded and evaluated when the watermark has passed them. `again`: the entry was
   * offered before the checkpoint; what was evaluated or counted then is left out.
   */
  offerBatch(batch: OfferedBatch, mode: 'first' | 'again' = 'first'): void {
    const after = mode === 'again' ? this.restoredAt : undefined;
    const waiting = this.pending.add(batch, { from: this.watermark, after });
    if (mode === 'first')
      this.counted.lateForDetection += batch.times.length - (batch.skip?.size ?? 0) - waiting;
    if (this.pending.size > this.maxPending) this.releaseEarliest();
  }

  /** Moves the watermark (ms of event time, forward only): what is before it is evaluated, what is due is done. */
  advance(watermark: number): Detection {
    this.evaluateBefore(watermark);
    this.watermark = Math.max(this.watermark, watermark);
    this.runners.runDue(this.watermark);
    return this.takeFindings();
  }

  /**
   * Input has gone quiet: evaluates all that waits before event time `before`, judges open windows by what they have and moves the
   * watermark behind the last event evaluated. Windows stay open: what comes later in them counts, and no event twice.
   */
  flush(before = Number.POSITIVE_INFINITY): Detection {
    this.evaluateBefore(before);
    this.watermark = Math.max(this.watermark, (this.position?.time ?? this.watermark) + 1);
    this.runners.runDue(this.watermark);
    this.runners.flush(this.watermark);
    return this.takeFindings();
  }

  /** Takes attacks that still go on to be over; what comes later raises alerts of its own. Call when all is flushed. */
  closeAlerts(): Detection {
    this.runners.closeAlerts();
    return this.takeFindings();
  }

  /** The end of the timeline: everything is evaluated, all windows and alerts are closed. */
  finish(): Detection {
    return this.advance(Number.POSITIVE_INFINITY);
  }

  /** Takes windows that other partitions counted, in any order but each once; call before advancing past their end. */
  receive(partials: readonly WindowPartial[]): void {
    for (const partial of partials) {
      const runner = this.runners.withId(partial.rule);
      if (runner?.receive(partial, this.watermark) === false) this.counted.latePartials += 1;
    }
  }

  /**
   * Uses these rules from now on. Those that do the same as before keep their state and alerts; the others start anew, and the
   * open alerts that they had end. Apply what is returned before the next checkpoint: that no longer has them.
   */
  useRules(rules: readonly Rule[]): Detection {
    const before = this.runners;
    this.counted.evictions += before.evictions;
    this.counted.failures += this.plan.failures;
    this.runners = new RuleRunners(rules, this.findings, this.options);
    this.runners.takeOver(before, this.watermark);
    this.plan = new RulePlan(rules, this.runners);
    return this.takeFindings();
  }

  /** The newest entry such that it and all offered before it are done with: the stream before it is not needed any more. */
  get lowWater(): string | undefined {
    return this.pending.lowWater;
  }

  /**
   * Parts events that still wait from all entries but the `entries` newest: they travel in the checkpoint, so that a few events far
   * ahead in time do not hold `lowWater` back. Of too many the furthest ahead are given up, and counted; evaluating
   * them early instead would make every event behind them late.
   */
  setAside(entries: number): void {
    this.counted.givenUp += this.pending.setAside(entries, this.maxStragglers);
  }

  get counts(): DetectionCounts {
    const evictions = this.counted.evictions + this.runners.evictions;
    const failures = this.counted.failures + this.plan.failures;
    return { ...this.counted, evictions, failures, pending: this.pending.size };
  }

  /** Where this detector is, to be stored together with the changed states. */
  checkpoint(): DetectorCheckpoint {
    return {
      position: this.position === undefined ? null : placeOf(this.position),
      watermark: Number.isFinite(this.watermark) ? this.watermark : null,
      lowWater: this.lowWater ?? null,
      counts: this.counts,
      stragglers: [...this.pending.setAsideRows],
      words: this.runners.words,
    };
  }

  /** The states that changed since the last call: what a commit has to write. Encode them before the next step. */
  takeStateChanges(): StoredState[] {
    return this.runners.takeChanges();
  }

  /**
   * Goes on from a checkpoint; call on a new detector. States of rules that are not the same any more are given up, and their open
   * alerts end. Apply what is returned before the next checkpoint; until then the same comes out again.
   */
  restore(checkpoint: DetectorCheckpoint, states: Iterable<StoredState>): Detection {
    this.position = checkpoint.position ?? undefined;
    this.restoredAt = this.position;
    this.watermark = checkpoint.watermark ?? Number.NEGATIVE_INFINITY;
    this.counted = { ...checkpoint.counts };
    this.pending.restore(checkpoint.lowWater ?? undefined, checkpoint.stragglers);
    this.runners.restore(states, this.watermark, checkpoint.words);
    return this.takeFindings();
  }

  private releaseEarliest(): void {
    const excess = this.pending.size - this.maxPending + Math.floor(this.maxPending * RELEASED_SHARE);
    const before = this.counted.evaluated;
    this.evaluateBefore(this.pending.timeOf(excess) + 1);
    this.counted.releasedEarly += this.counted.evaluated - before;
  }

  private evaluateBefore(time: number): void {
    for (const placed of this.pending.takeBefore(time)) this.evaluate(placed);
  }

  private evaluate(placed: PlacedRow): void {
    const passed = this.position === undefined ? 1 : comparePositions(placed, this.position);
    if (passed === 0) this.counted.duplicates += 1;
    else if (passed < 0) this.counted.lateForDetection += 1;
    if (passed <= 0) return;
    this.counted.evaluated += 1;
    this.position = placed;
    // What is due between two events is done at the time of the next, so when `advance` is called changes nothing.
    if (placed.time >= this.runners.agenda.next) this.runners.runDue(placed.time);
    this.plan.run(placed.rows, placed.row, placed.time);
  }

  private takeFindings(): Detection {
    return { changes: this.findings.changes.splice(0), partials: this.findings.partials.splice(0) };
  }
}

function noCounts(): DetectionCounts {
  return {
    evaluated: 0,
    duplicates: 0,
    lateForDetection: 0,
    releasedEarly: 0,
    givenUp: 0,
    latePartials: 0,
    evictions: 0,
    failures: 0,
    pending: 0,
  };
}

function placeOf({ time, producer, sequence }: Position): Position {
  return { time, producer, sequence };
}
