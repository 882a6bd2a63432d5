import { evidenceBeyond, uniteEvidence } from './evidence';
import {
  KeyedStates,
  type Keyed,
  type StateBounds,
  type StateChange,
  type StoredStates,
} from './keyed-states';
import { ValueSet } from './value-set';
import { byKey, type WindowPartial } from './window-partial';

/** The windows of one rule that all partitions counted together; in each at most so many keys, beyond that some are dropped and counted. */
export class WindowStore implements StoredStates {
  private readonly windows = new Map<number, KeyedStates<WindowPartial>>();
  private removed: string[] = [];
  private evictedBefore = 0;
  /** End of the earliest open window; Infinity when none is open. */
  dueAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly windowMs: number,
    private readonly bounds: StateBounds,
  ) {}

  /** Adds what a partition counted. */
  merge(from: WindowPartial): void {
    const states = this.windowAt(from.start);
    const values = from.values === null ? null : ValueSet.from(from.values);
    const slot = states.find(from.key);
    if (slot === undefined) {
      const evidence = evidenceBeyond(from.evidence, 0);
      states.put(from.key, { ...from, values, evidence, told: 0 });
      return;
    }
    const { state } = slot;
    state.sum += from.sum;
    for (const value of values ?? []) state.values?.add(value);
    uniteEvidence(state.evidence, from.evidence);
    states.touch(slot);
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

  /** All open windows by start and key. Say so by `changed` when one of them was changed. */
  openWindows(): WindowPartial[] {
    const byStart = [...this.windows].sort(([a], [b]) => a - b);
    return byStart.flatMap(([, states]) => partialsIn(states));
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
      if (partial.values !== null) partial.values = ValueSet.from(partial.values);
      this.windowAt(partial.start).restore([[partial.key, partial]]);
    }
    this.findDue();
  }

  touchAll(): void {
    for (const states of this.windows.values()) states.touchAll();
  }

  private closeWindow(start: number): WindowPartial[] {
    const states = this.windows.get(start);
    if (states === undefined) return [];
    this.windows.delete(start);
    this.evictedBefore += states.evictions;
    const closed = partialsIn(states);
    if (this.bounds.tracked) for (const { key } of closed) this.removed.push(stored(start, key));
    return closed;
  }

  private findDue(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
    for (const start of this.windows.keys()) this.dueAt = Math.min(this.dueAt, start + this.windowMs);
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

function partialsIn(states: KeyedStates<WindowPartial>): WindowPartial[] {
  return [...states.entries()].map(([, partial]) => partial).sort(byKey);
}

function stored(start: number, key: string): string {
  return `${start} ${key}`;
}
