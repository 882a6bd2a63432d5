import type { Agenda } from './agenda';
import type { AlertBook } from './alert-book';
import { evidenceBeyond, mergeEvidence } from './evidence';
import type { EventView } from './event-view';
import { KeyedStates, type Keyed } from './keyed-states';
import type { Evaluation, Rule } from './rule';
import type { RuleParts, RuleRunner, RuleSlot, Tracer } from './rule-runner';
import { ownText } from './own-text';
import { ValueSet } from './value-set';
import { byKey, countIn, partialOf, type WindowPartial } from './window-partial';
import { WindowStore } from './window-store';

type Windowed = Extract<Evaluation, { mode: 'windowed' }>;

/** Hands a closed window to the partition that judges its group. */
export type PartialSender = (partial: WindowPartial) => void;

export interface WindowEdges extends RuleSlot {
  readonly agenda: Agenda;
  readonly trace: Tracer | undefined;
  readonly send: PartialSender | undefined;
}

/**
 * Runs a rule that judges closed windows: counts its own events, and judges what it and other partitions counted. Its own events
 * come in order, so at most one of its windows is open to them.
 */
export class WindowRunner implements RuleRunner {
  readonly parts: RuleParts;
  private readonly merged: WindowStore;
  private readonly memories: KeyedStates<Keyed>;
  /** End of the window in which own events are counted. */
  private countedUntil = Number.POSITIVE_INFINITY;

  constructor(
    private readonly rule: Rule,
    private readonly evaluation: Windowed,
    readonly book: AlertBook,
    private readonly edges: WindowEdges,
  ) {
    const { bounds } = book.open;
    this.merged = new WindowStore(evaluation.windowMs, bounds);
    this.memories = new KeyedStates(bounds);
    this.parts = { merged: this.merged, memories: this.memories, open: book.open };
  }

  get dueAt(): number {
    return Math.min(this.countedUntil, this.merged.dueAt, this.book.dueAt);
  }

  take(key: string, view: EventView, time: number): void {
    const { table, slot } = this.edges;
    const { windowMs, measure } = this.evaluation;
    const kept = table.get(slot) as WindowPartial | undefined;
    if (kept !== undefined) {
      countIn(kept, view, time, measure);
      table.set(slot, kept, kept.start + windowMs, time);
      return;
    }
    const group = this.evaluation.countedBy === undefined ? key : ownText(this.rule.key(view) ?? key);
    const start = Math.floor(time / windowMs) * windowMs;
    const partial = partialOf({ rule: this.rule.spec.id, key, group, start }, view, time, measure);
    this.countedUntil = start + windowMs;
    this.edges.agenda.note(this.countedUntil);
    table.set(slot, partial, this.countedUntil, time);
  }

  runDue(time: number): void {
    if (time >= this.countedUntil)
      for (const partial of this.takeCounted()) {
        if (this.isJudgedHere) this.judgeClosed(partial);
        else this.edges.send?.(partial);
      }
    for (const partial of this.merged.close(time)) this.judgeClosed(partial);
    this.book.closeUntil(time);
  }

  flush(time: number): void {
    if (this.isJudgedHere) {
      const { table, slot } = this.edges;
      for (const partial of this.counted()) {
        if (!this.judgeOpen(partial, time)) continue;
        table.at(partial.key);
        table.set(slot, partial, partial.start + this.evaluation.windowMs, time);
      }
    } else for (const partial of this.takeCounted()) this.edges.send?.(partial);
    for (const partial of this.merged.openWindows())
      if (this.judgeOpen(partial, time)) this.merged.changed(partial);
  }

  receive(partial: WindowPartial, watermark: number): boolean {
    if (partial.start + this.evaluation.windowMs <= watermark) return false;
    this.merged.merge(partial);
    this.edges.agenda.note(this.merged.dueAt);
    return true;
  }

  restored(): void {
    this.book.restored();
    this.countedUntil = Number.POSITIVE_INFINITY;
    for (const partial of this.counted()) {
      if (partial.values !== null) partial.values = ValueSet.from(partial.values);
      this.countedUntil = Math.min(this.countedUntil, partial.start + this.evaluation.windowMs);
    }
  }

  private get isJudgedHere(): boolean {
    return this.edges.send === undefined || this.evaluation.local;
  }

  /** The windows in which own events are counted, by key. */
  private counted(): WindowPartial[] {
    const { table, slot } = this.edges;
    // What is in the slot of this rule was put there by `take`.
    return Array.from(table.inSlot(slot), ([, state]) => state as WindowPartial).sort(byKey);
  }

  private takeCounted(): WindowPartial[] {
    const counted = this.counted();
    this.edges.table.clearSlot(this.edges.slot);
    this.countedUntil = Number.POSITIVE_INFINITY;
    return counted;
  }

  private judgeClosed(partial: WindowPartial): void {
    const { kind, windowMs } = this.evaluation;
    const slot = this.memories.find(partial.group);
    const memory = slot?.state ?? kind.start();
    this.judge(partial, memory, partial.start + windowMs);
    if (slot !== undefined) this.memories.touch(slot);
    else if (memory !== undefined) this.memories.put(partial.group, memory);
  }

  /** Judges by what there is so far; nothing is learned. True when an alert counts it now. */
  private judgeOpen(partial: WindowPartial, time: number): boolean {
    const memory = this.memories.find(partial.group)?.state;
    const { told } = partial;
    this.judge(partial, memory === undefined ? this.evaluation.kind.start() : structuredClone(memory), time);
    return partial.told !== told;
  }

  /** Judges a window at event time `at`. What an alert has counted of it before is not counted again. */
  private judge(partial: WindowPartial, memory: Keyed | undefined, at: number): void {
    const { kind } = this.evaluation;
    const { key, evidence, told } = partial;
    // An alert that ended before this window did is over, in however large steps time goes.
    this.book.closeUntil(at - 1);
    const { trace } = this.edges;
    const progress = trace === undefined ? undefined : kind.progress(partial, memory);
    const firing = kind.judge(partial, memory);
    const open = this.book.belongingTo(key, evidence.first);
    if (firing !== undefined)
      trace?.({ key, at, result: open === undefined ? 'fired' : 'belongs to an open alert' });
    else if (progress !== undefined) trace?.({ key, at, result: 'counted', progress });
    if (firing === undefined || evidence.events === told) return;
    partial.told = evidence.events;
    const news = evidenceBeyond(evidence, told);
    if (open !== undefined) {
      mergeEvidence(open.state.evidence, news);
      this.book.continue(open, at);
    } else if (told === 0) this.book.raise(key, { ...firing, evidence: news }, at);
  }
}
