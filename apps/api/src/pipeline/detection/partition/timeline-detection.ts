import type { EntryId } from '../../entry';
import type { AlertChange } from '../alert-book';
import { Detector, type Detection, type DetectionCounts, type DetectorCheckpoint } from '../detector';
import type { OfferedBatch } from '../pending-batches';
import type { Rule } from '../rule';
import type { StoredState } from '../rule-runners';
import type { WindowPartial } from '../window-partial';
import { isBefore } from './entry-order';
import { isEnded, lowestProgress, type TimelineProgress } from './outbox';
import { paces } from './paces';

/** The two detectors of a timeline in one partition: one counts its own events, one judges what all partitions counted. */
export const SIDES = ['counted', 'judged'] as const;

export type Side = (typeof SIDES)[number];

/** What a timeline's detection goes on from, beside the states of keys. Plain: it survives JSON. */
export interface TimelineHeader {
  readonly detectors: Readonly<Record<Side, DetectorCheckpoint>>;
  readonly progress: TimelineProgress | null;
  readonly sent: TimelineProgress | null;
  /** By sender: how far it said that it is. */
  readonly heard: readonly (TimelineProgress | null)[];
  /** The newest entry of the timeline, an empty one perhaps. */
  readonly newest: EntryId | null;
}

/** Events that are evaluated at a stretch: about 5 ms. */
const STRETCH = 1_000;

/**
 * Detection of one timeline in one partition. Rules that are keyed by source run on the partition's own events. Windows
 * of the others are counted here, leave as partials, and are judged in the partition of their group, behind the slowest of all
 * partitions.
 */
export class TimelineDetection {
  readonly #detectors: Readonly<Record<Side, Detector>>;
  readonly #heard: (TimelineProgress | undefined)[];
  #partials: WindowPartial[] = [];
  #progress: TimelineProgress | undefined;
  #newestBatch: EntryId | undefined;
  /** Event time of the earliest event offered since time last moved. */
  #earliest = Number.POSITIVE_INFINITY;
  #judgedFlush = false;
  #judgedEnd = false;
  /** What receivers were told last. */
  sent: TimelineProgress | undefined;
  /** The newest entry of the timeline, an empty one perhaps. */
  newest: EntryId | undefined;

  constructor(
    readonly timeline: string,
    rules: readonly Rule[],
    partitions: number,
  ) {
    const options = { timeline, trackChanges: true };
    this.#detectors = {
      counted: new Detector(rules, { ...options, sendPartials: true }),
      judged: new Detector(rules.filter(travels), options),
    };
    this.#heard = Array.from({ length: partitions }, () => undefined);
  }

  /** How far it is; undefined before the first watermark. */
  get progress(): TimelineProgress | undefined {
    return this.#progress;
  }

  /** Counters of both sides. */
  get counts(): DetectionCounts {
    const { counted, judged } = this.#detectors;
    const { latePartials, evictions } = judged.counts;
    const own = counted.counts;
    return { ...own, latePartials, evictions: own.evictions + evictions };
  }

  /** Takes the events of a keyed entry; nothing is evaluated yet. `again`: it was offered before the checkpoint. */
  offer(batch: OfferedBatch, mode: 'first' | 'again'): void {
    const { counted } = this.#detectors;
    if (mode === 'again' && counted.lowWater !== undefined && !isBefore(counted.lowWater, batch.entry))
      return;
    this.#newestBatch = batch.entry;
    for (let row = 0; row < batch.times.length; row++) {
      if (batch.skip?.has(row) !== true)
        this.#earliest = Math.min(this.#earliest, batch.times[row] ?? Infinity);
    }
    counted.offerBatch(batch, mode);
    // The mark of its commit may have no watermark: it is to be waited for, or flushed, all the same.
    if (mode === 'first' && this.#progress?.flushed === true)
      this.#progress = { ...this.#progress, flushed: false, ended: false };
  }

  /** Moves time to `watermark`, in steps between which the caller may do something else. Yields what alerts undergo. */
  *advance(watermark: number): Generator<AlertChange[]> {
    const { counted } = this.#detectors;
    const from = Math.min(this.#earliest, watermark);
    for (const pace of paces(from, watermark, counted.counts.pending, STRETCH))
      yield this.#sent(counted.advance(pace));
    this.#earliest = Number.POSITIVE_INFINITY;
    const reached = Math.max(watermark, this.#progress?.watermark ?? watermark);
    this.#progress = { watermark: reached, flushed: false, ended: false };
  }

  /** Nothing more is to be waited for: evaluates all, and judges windows by what they have. */
  *flush(): Generator<AlertChange[]> {
    const { counted } = this.#detectors;
    yield this.#sent(counted.flush());
    const reached = counted.checkpoint().watermark ?? this.#progress?.watermark;
    if (reached !== undefined) this.#progress = { watermark: reached, flushed: true, ended: false };
  }

  /** Everything was sent and, by `flush`, evaluated: attacks that still went on are over. */
  end(): AlertChange[] {
    const { changes } = this.#detectors.counted.closeAlerts();
    if (this.#progress?.flushed === true) this.#progress = { ...this.#progress, ended: true };
    return changes;
  }

  /** Takes what `sender` counted and how far it is. */
  hear(sender: number, progress: TimelineProgress | undefined, partials: readonly WindowPartial[]): void {
    this.#detectors.judged.receive(partials);
    const before = this.#heard[sender];
    const wentOn =
      progress !== undefined && progress.watermark > (before?.watermark ?? Number.NEGATIVE_INFINITY);
    // Between two checkpoints of a sender a timeline may go on and be flushed again: only the second flush is told.
    if (partials.length > 0 || wentOn || progress?.flushed === false) this.#judgedFlush = false;
    if (!this.#judgedFlush || (progress !== undefined && !isEnded(progress))) this.#judgedEnd = false;
    if (progress !== undefined) this.#heard[sender] = progress;
  }

  /** Judges what all partitions have counted to the end. */
  judge(): AlertChange[] {
    const { judged } = this.#detectors;
    const lowest = lowestProgress(this.#heard);
    if (lowest === undefined) return [];
    const changes = [...judged.advance(lowest.watermark).changes];
    if (lowest.flushed && !this.#judgedFlush) {
      changes.push(...judged.flush().changes);
      this.#judgedFlush = true;
    }
    if (isEnded(lowest) && !this.#judgedEnd) {
      changes.push(...judged.closeAlerts().changes);
      this.#judgedEnd = true;
    }
    return changes;
  }

  /** The windows that were counted since the last call, for the partitions that judge them. */
  takePartials(): WindowPartial[] {
    return this.#partials.splice(0);
  }

  /** Runs these rules from now on. What alerts undergo by it is to be applied before the next checkpoint. */
  useRules(rules: readonly Rule[]): AlertChange[] {
    const { counted, judged } = this.#detectors;
    return [...this.#sent(counted.useRules(rules)), ...judged.useRules(rules.filter(travels)).changes];
  }

  /** The entry behind which something waits; undefined when nothing does, `null` when what waits began with the first entry. */
  get heldBehind(): EntryId | null | undefined {
    const { lowWater } = this.#detectors.counted;
    if (lowWater === this.#newestBatch) return undefined;
    return lowWater ?? null;
  }

  /** Parts what waits from all entries but the newest, so that they are done with. Of too much the furthest ahead is given up. */
  setAside(entries: number): void {
    this.#detectors.counted.setAside(entries);
  }

  header(): TimelineHeader {
    const { counted, judged } = this.#detectors;
    return {
      detectors: { counted: counted.checkpoint(), judged: judged.checkpoint() },
      progress: this.#progress ?? null,
      sent: this.sent ?? null,
      heard: this.#heard.map((progress) => progress ?? null),
      newest: this.newest ?? null,
    };
  }

  /** States of keys that changed since the last call; encode them before anything else is offered. */
  takeStateChanges(): [Side, StoredState][] {
    return SIDES.flatMap((side) =>
      this.#detectors[side].takeStateChanges().map((state): [Side, StoredState] => [side, state]),
    );
  }

  /** Goes on from a checkpoint; call on a new one. What alerts undergo by it is to be applied before the next checkpoint. */
  restore(header: TimelineHeader, states: Readonly<Record<Side, readonly StoredState[]>>): AlertChange[] {
    const changes = SIDES.flatMap(
      (side) => this.#detectors[side].restore(header.detectors[side], states[side]).changes,
    );
    this.#progress = header.progress ?? undefined;
    this.sent = header.sent ?? undefined;
    this.newest = header.newest ?? undefined;
    this.#newestBatch = header.detectors.counted.lowWater ?? undefined;
    header.heard.forEach((progress, sender) => (this.#heard[sender] = progress ?? undefined));
    const lowest = lowestProgress(this.#heard);
    this.#judgedFlush = lowest?.flushed === true;
    this.#judgedEnd = isEnded(lowest);
    return changes;
  }

  #sent({ changes, partials }: Detection): AlertChange[] {
    for (const partial of partials) this.#partials.push(partial);
    return changes;
  }
}

/** Whether windows of a rule are judged in another partition than they are counted in. */
function travels({ evaluation }: Rule): boolean {
  return evaluation.mode === 'windowed' && !evaluation.local;
}
