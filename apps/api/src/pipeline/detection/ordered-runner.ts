import { addEvidence } from './evidence';
import type { AlertBook } from './alert-book';
import type { EventView } from './event-view';
import { KeyedStates, type Keyed } from './keyed-states';
import type { OrderedKind } from './kinds/ordered-kind';
import type { Rule } from './rule';
import type { RuleParts, RuleRunner, Tracer } from './rule-runner';

/** Runs a rule whose kind depends on the order of the events of a key. */
export class OrderedRunner implements RuleRunner {
  readonly states: KeyedStates<Keyed>;
  readonly parts: RuleParts;

  constructor(
    private readonly rule: Rule,
    private readonly kind: OrderedKind<Keyed>,
    readonly book: AlertBook,
    private readonly trace: Tracer | undefined,
  ) {
    this.states = new KeyedStates(book.open.bounds);
    this.parts = { states: this.states, open: book.open };
  }

  get dueAt(): number {
    return this.book.dueAt;
  }

  take(view: EventView, time: number): void {
    const key = this.rule.key(view);
    if (key === undefined) return;
    const alert = this.book.belongingTo(key, time);
    if (alert !== undefined) {
      addEvidence(alert.state.evidence, view, time);
      this.book.continue(alert, time);
      this.trace?.({ key, at: time, progress: { value: 0, limit: 0 }, result: 'belongs to an open alert' });
      return;
    }
    this.pour(key, view, time);
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

  private pour(key: string, view: EventView, time: number): void {
    const { kind, states } = this;
    let slot = states.find(key);
    if (slot !== undefined && time > kind.expiresAt(slot.state)) {
      states.delete(key);
      slot = undefined;
    }
    const state = slot?.state ?? kind.start(time);
    const firing = kind.pour(state, { time, view });
    this.trace?.({
      key,
      at: time,
      progress: kind.progress(state),
      result: firing === undefined ? 'counted' : 'fired',
    });
    if (firing !== undefined) {
      if (slot !== undefined) states.delete(key);
      this.book.raise(key, firing, time);
    } else if (slot !== undefined) states.touch(slot);
    else {
      // Two looks for each new key, so that expired ones go faster than new ones come.
      states.sweep(2, (each) => kind.expiresAt(each) < time);
      states.put(key, state);
    }
  }
}
