import type { AlertBook } from './alert-book';
import { evidenceBeyond, mergeEvidence } from './evidence';
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
      if (this.edges.send === undefined || this.evaluation.local) this.judgeClosed(partial);
      else this.edges.send(partial);
    }
    for (const partial of this.merged.close(time)) this.judgeClosed(partial);
    this.book.closeUntil(time);
  }

  flush(time: number): void {
    const { send } = this.edges;
    if (send === undefined || this.evaluation.local) this.judgeOpen(this.counted, time);
    else for (const partial of this.counted.closeAll()) send(partial);
    this.judgeOpen(this.merged, time);
  }

  receive(partial: WindowPartial, watermark: number): boolean {
    if (partial.start + this.evaluation.windowMs <= watermark) return false;
    this.merged.merge(partial);
    return true;
  }

  private judgeClosed(partial: WindowPartial): void {
    const { kind, windowMs } = this.evaluation;
    const slot = this.memories.find(partial.group);
    const memory = slot?.state ?? kind.start();
    this.judge(partial, memory, partial.start + windowMs);
    if (slot !== undefined) this.memories.touch(slot);
    else if (memory !== undefined) this.memories.put(partial.group, memory);
  }

  /** Judges by what there is so far. Nothing is learned, and the windows stay open. */
  private judgeOpen(windows: WindowStore, time: number): void {
    for (const partial of windows.openWindows()) {
      const memory = this.memories.find(partial.group)?.state;
      const told = partial.told;
      this.judge(
        partial,
        memory === undefined ? this.evaluation.kind.start() : structuredClone(memory),
        time,
      );
      if (partial.told !== told) windows.changed(partial);
    }
  }

  /** Judges a window at event time `at`. What an alert has counted of it before is not counted again. */
  private judge(partial: WindowPartial, memory: Keyed | undefined, at: number): void {
    const { kind } = this.evaluation;
    const { key, evidence, told } = partial;
    // An alert that ended before this window did is over, in however large steps time goes.
    this.book.closeUntil(at - 1);
    const progress = kind.progress(partial, memory);
    const firing = kind.judge(partial, memory);
    const open = this.book.belongingTo(key, evidence.first);
    const result =
      firing === undefined ? 'counted' : open === undefined ? 'fired' : 'belongs to an open alert';
    this.edges.trace?.({ key, at, progress, result });
    if (firing === undefined || evidence.events === told) return;
    partial.told = evidence.events;
    const news = evidenceBeyond(evidence, told);
    if (open !== undefined) {
      mergeEvidence(open.state.evidence, news);
      this.book.continue(open, at);
    } else if (told === 0) this.book.raise(key, { ...firing, evidence: news }, at);
  }
}
