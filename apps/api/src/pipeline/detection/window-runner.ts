import type { AlertBook } from './alert-book';
import { mergeEvidence } from './evidence';
import type { EventView } from './event-view';
import { KeyedStates, type Keyed } from './keyed-states';
import type { Evaluation, Rule } from './rule';
import type { RuleParts, RuleRunner, Tracer } from './rule-runner';
import { WindowStore, type WindowPartial } from './window-store';

type Windowed = Extract<Evaluation, { mode: 'windowed' }>;

/** Hands a closed window to the partition that judges its group. */
export type PartialSender = (partial: WindowPartial) => void;

/** Runs a rule that judges closed windows: counts its own events, and judges what it and other partitions counted. */
export class WindowRunner implements RuleRunner {
  readonly parts: RuleParts;
  private readonly counted: WindowStore;
  private readonly merged: WindowStore;
  private readonly memories: KeyedStates<Keyed>;
  /** Event time up to which windows have been judged; what comes for an earlier one is too late. */
  private judgedUntil = Number.NEGATIVE_INFINITY;
  /** Partials that came after their window had been judged. */
  latePartials = 0;

  constructor(
    private readonly rule: Rule,
    private readonly evaluation: Windowed,
    readonly book: AlertBook,
    private readonly edges: { readonly trace: Tracer | undefined; readonly send: PartialSender | undefined },
  ) {
    const { bounds } = book.open;
    this.counted = new WindowStore(rule.spec.id, evaluation.windowMs, bounds);
    this.merged = new WindowStore(rule.spec.id, evaluation.windowMs, bounds);
    this.memories = new KeyedStates(bounds);
    this.parts = {
      counted: this.counted,
      merged: this.merged,
      memories: this.memories,
      open: book.open,
    };
  }

  get dueAt(): number {
    return Math.min(this.counted.dueAt, this.merged.dueAt, this.book.dueAt);
  }

  take(view: EventView, time: number): void {
    const group = this.rule.key(view);
    if (group === undefined) return;
    const key = this.evaluation.countedBy?.(view) ?? group;
    const { windowMs, measure } = this.evaluation;
    this.counted.add({ key, group, start: Math.floor(time / windowMs) * windowMs }, time, view, measure);
  }

  runDue(time: number): void {
    for (const partial of this.counted.close(time)) {
      if (this.edges.send === undefined || this.evaluation.local) this.judge(partial);
      else this.edges.send(partial);
    }
    for (const partial of this.merged.close(time)) this.judge(partial);
    this.judgedUntil = Math.max(this.judgedUntil, time);
    this.book.closeUntil(time);
  }

  receive(partial: WindowPartial): void {
    if (partial.start + this.evaluation.windowMs <= this.judgedUntil) this.latePartials += 1;
    else this.merged.merge(partial);
  }

  private judge(partial: WindowPartial): void {
    const { kind, windowMs } = this.evaluation;
    const at = partial.start + windowMs;
    // An alert that ended before this window did is over, in however large steps time goes.
    this.book.closeUntil(at - 1);
    const slot = this.memories.find(partial.group);
    const memory = slot?.state ?? kind.start();
    const progress = kind.progress(partial, memory);
    const firing = kind.judge(partial, memory);
    if (slot !== undefined) this.memories.touch(slot);
    else if (memory !== undefined) this.memories.put(partial.group, memory);
    const { key } = partial;
    const open = this.book.belongingTo(key, partial.evidence.first);
    const result =
      firing === undefined ? 'counted' : open === undefined ? 'fired' : 'belongs to an open alert';
    this.edges.trace?.({ key, at, progress, result });
    if (firing === undefined) return;
    if (open === undefined) this.book.raise(key, firing, at);
    else {
      mergeEvidence(open.state.evidence, firing.evidence);
      this.book.continue(open, at);
    }
  }
}
