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
      addEvidence(alert.evidence, view, time);
      this.book.continue(key, alert, time);
      this.trace?.({ key, at: time, progress: { value: 0, limit: 0 }, result: 'belongs to an open alert' });
      return;
    }
    this.pour(key, view, time);
  }

  runDue(time: number): void {
    this.book.closeUntil(time);
  }

  receive(): void {
    throw new Error(`rule ${this.rule.spec.id} judges no windows`);
  }

  restored(): void {
    // The states need nothing beside their keys.
  }

  private pour(key: string, view: EventView, time: number): void {
    const { kind, states } = this;
    const known = states.get(key);
    const state = known === undefined || time > kind.expiresAt(known) ? kind.start(time) : known;
    const firing = kind.pour(state, { time, view });
    this.trace?.({
      key,
      at: time,
      progress: kind.progress(state),
      result: firing === undefined ? 'counted' : 'fired',
    });
    if (firing === undefined) {
      states.set(key, state);
      this.forgetExpired(time);
      return;
    }
    states.delete(key);
    this.book.raise(key, firing, time);
  }

  /** At most two for each event, so that expired keys go faster than new ones come. */
  private forgetExpired(time: number): void {
    for (let count = 0; count < 2; count += 1) {
      const oldest = this.states.oldest();
      if (oldest === undefined || this.kind.expiresAt(oldest[1]) >= time) return;
      this.states.delete(oldest[0]);
    }
  }
}
