import { addEvidence, noEvidence, uniteEvidence, type Evidence } from './evidence';
import type { EventView } from './event-view';
import type { FieldReader } from './field';
import { token } from './hash';
import {
  KeyedStates,
  type Keyed,
  type StateBounds,
  type StateChange,
  type StoredStates,
} from './keyed-states';
import { ValueSet } from './value-set';

/**
 * What one partition saw of one key in one tumbling window `[start, start + windowMs)`. Bounded, mergeable, survives JSON.
 * A sender sends a window again where more came after a flush; then `rule`, `key`, `start` and `evidence.first` together name
 * the piece, and pieces have no event in common.
 */
export interface WindowPartial extends Keyed {
  readonly rule: string;
  /** What is counted: the key of the rule, with `first-seen` together with the value. */
  readonly key: string;
  /** What is judged together; decides who judges it. */
  readonly group: string;
  readonly start: number;
  sum: number;
  values: ValueSet;
  evidence: Evidence;
  /** Events that an alert has counted already, before the window ended. */
  told: number;
}

/** What a rule counts beside events. */
export interface Measure {
  readonly distinct?: FieldReader | undefined;
  readonly sum?: FieldReader | undefined;
}

/** Whose window an event counts in. */
export interface WindowPlace {
  readonly key: string;
  readonly group: string;
  readonly start: number;
}

/** The open windows of one rule; in each at most so many keys, beyond that some are dropped and counted. */
export class WindowStore implements StoredStates {
  private readonly windows = new Map<number, KeyedStates<WindowPartial>>();
  private removed: string[] = [];
  private evictedBefore = 0;
  /** End of the earliest open window; Infinity when none is open. */
  dueAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly rule: string,
    private readonly windowMs: number,
    private readonly bounds: StateBounds,
  ) {}

  /** Counts the event shown, which happened at `time`. */
  add(place: WindowPlace, time: number, view: EventView, measure: Measure): void {
    const partial = this.partialAt(place);
    addEvidence(partial.evidence, view, time);
    const amount = measure.sum?.(view);
    if (typeof amount === 'number') partial.sum += amount;
    const value = measure.distinct?.(view);
    if (value !== undefined) partial.values.add(token(String(value)));
  }

  /** Adds what another partition counted. */
  merge(from: WindowPartial): void {
    const partial = this.partialAt(from);
    partial.sum += from.sum;
    for (const value of ValueSet.from(from.values)) partial.values.add(value);
    uniteEvidence(partial.evidence, from.evidence);
  }

  /** Takes all windows that end at or before `time`, by start and key. */
  close(time: number): WindowPartial[] {
    if (time < this.dueAt) return [];
    const due = [...this.windows.keys()]
      .filter((start) => start + this.windowMs <= time)
      .sort((a, b) => a - b);
    const closed = due.flatMap((start) => this.closeWindow(start));
    this.findDue();
    return closed;
  }

  /** Takes all windows, as if they ended now. */
  closeAll(): WindowPartial[] {
    return this.close(Number.POSITIVE_INFINITY);
  }

  /** All open windows by start and key. Say so by `changed` when one of them was changed. */
  openWindows(): WindowPartial[] {
    const byStart = [...this.windows].sort(([a], [b]) => a - b);
    return byStart.flatMap(([, states]) => partialsOf(states));
  }

  /** Notes that an open window was changed in place. */
  changed({ start, key }: WindowPartial): void {
    const states = this.windows.get(start);
    const slot = states?.find(key);
    if (slot !== undefined) states?.touch(slot);
  }

  get evictions(): number {
    return [...this.windows.values()].reduce((sum, states) => sum + states.evictions, this.evictedBefore);
  }

  *entries(): IterableIterator<[string, WindowPartial]> {
    for (const [start, states] of this.windows)
      for (const [key, partial] of states.entries()) yield [stored(start, key), partial];
  }

  takeChanges(): StateChange[] {
    const changes: StateChange[] = this.removed.map((key) => ({ key, state: null }));
    this.removed = [];
    for (const [start, states] of this.windows)
      for (const { key, state } of states.takeChanges()) changes.push({ key: stored(start, key), state });
    return changes;
  }

  restore(entries: readonly (readonly [string, Keyed])[]): void {
    for (const [, state] of entries) {
      // What is stored under this rule and part was written from partials; their sets are arrays in JSON.
      const partial = state as WindowPartial;
      partial.values = ValueSet.from(partial.values);
      this.windowAt(partial.start).restore([[partial.key, partial]]);
    }
    this.findDue();
  }

  private closeWindow(start: number): WindowPartial[] {
    const states = this.windows.get(start);
    if (states === undefined) return [];
    this.windows.delete(start);
    this.evictedBefore += states.evictions;
    const closed = partialsOf(states);
    if (this.bounds.tracked) for (const { key } of closed) this.removed.push(stored(start, key));
    return closed;
  }

  private findDue(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
    for (const start of this.windows.keys()) this.dueAt = Math.min(this.dueAt, start + this.windowMs);
  }

  private partialAt({ key, group, start }: WindowPlace): WindowPartial {
    const states = this.windowAt(start);
    const slot = states.find(key);
    if (slot !== undefined) {
      states.touch(slot);
      return slot.state;
    }
    const fresh = { touched: 0, rule: this.rule, key, group, start, sum: 0, told: 0 };
    return states.put(key, { ...fresh, values: new ValueSet(), evidence: noEvidence() }).state;
  }

  private windowAt(start: number): KeyedStates<WindowPartial> {
    const known = this.windows.get(start);
    if (known !== undefined) return known;
    const states = new KeyedStates<WindowPartial>(this.bounds);
    this.windows.set(start, states);
    this.dueAt = Math.min(this.dueAt, start + this.windowMs);
    return states;
  }
}

function partialsOf(states: KeyedStates<WindowPartial>): WindowPartial[] {
  return [...states.entries()].map(([, partial]) => partial).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function stored(start: number, key: string): string {
  return `${start} ${key}`;
}
