import type { AlertBook, OpenAlert } from './alert-book';
import type { EventView } from './event-view';
import { withEvent } from './evidence';
import type { RuleState } from './key-table';
import type { Slot } from './keyed-states';
import type { Firing, OrderedKind } from './kinds/ordered-kind';
import type { Rule } from './rule';
import type { RuleParts, RuleRunner, RuleSlot, Tracer } from './rule-runner';

/** Runs a rule whose kind depends on the order of the events of a key. */
export class OrderedRunner implements RuleRunner {
  readonly parts: RuleParts;

  constructor(
    private readonly rule: Rule,
    private readonly kind: OrderedKind<RuleState>,
    readonly book: AlertBook,
    private readonly edges: RuleSlot & { readonly trace: Tracer | undefined },
  ) {
    this.parts = { open: book.open };
  }

  get dueAt(): number {
    return this.book.dueAt;
  }

  take(key: string, view: EventView, time: number): void {
    const { table, slot } = this.edges;
    const isPoured = this.kind.firesAgainAfter !== undefined;
    const kept = table.get(slot);
    // Where nothing is poured while an alert is open, a key with a state has none: no need to look.
    const alert = kept === undefined || isPoured ? this.book.belongingTo(key, time) : undefined;
    if (alert !== undefined) this.offerTo(alert, view, time);
    if (alert === undefined || isPoured) this.pour(kept, key, view, time);
  }

  runDue(time: number): void {
    this.book.closeUntil(time);
  }

  /** Nothing of a rule that depends on order waits for later events. */
  flush(): void {
    return undefined;
  }

  receive(): boolean {
    throw new Error(`rule ${this.rule.spec.id} judges no windows`);
  }

  restored(): void {
    this.book.restored();
  }

  private offerTo(alert: Slot<OpenAlert>, view: EventView, time: number): void {
    const { kind } = this;
    if (kind.continues === undefined) this.addTo(alert, view, time);
    else if (kind.continues(view, time, alert.state.going)) this.addTo(alert, view, time);
    // What was left to decide by may have changed.
    else this.book.open.touch(alert);
  }

  private addTo(alert: Slot<OpenAlert>, view: EventView, time: number): void {
    alert.state.evidence = withEvent(alert.state.evidence, view, time);
    this.book.continue(alert, time);
    this.edges.trace?.({ key: alert.key, at: time, result: 'belongs to an open alert' });
  }

  private pour(kept: RuleState | undefined, key: string, view: EventView, time: number): void {
    const { kind } = this;
    const { table, slot, trace } = this.edges;
    const state = kept === undefined || time > kind.expiresAt(kept) ? kind.start(time) : kept;
    const firing = kind.pour(state, view, time);
    if (firing !== undefined) {
      table.clear(slot);
      this.tell(key, firing, view, time);
      return;
    }
    trace?.({ key, at: time, result: 'counted', progress: kind.progress(state) });
    const until = kind.expiresAt(state);
    // What means nothing at once, as after a reset, is not kept.
    if (until < time) table.clear(slot);
    else table.set(slot, state, until, time);
  }

  private tell(key: string, firing: Firing, view: EventView, time: number): void {
    const { firesAgainAfter } = this.kind;
    if (firesAgainAfter !== undefined) {
      const open = this.book.belongingTo(key, time);
      if (open !== undefined && this.book.reaches(open, time, firesAgainAfter)) {
        this.addTo(open, view, time);
        return;
      }
    }
    this.edges.trace?.({ key, at: time, result: 'fired' });
    this.book.raise(key, firing, time);
  }
}
