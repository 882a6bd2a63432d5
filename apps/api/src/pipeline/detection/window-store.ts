import { addEvidence, mergeEvidence, noEvidence, type Evidence } from './evidence';
import type { EventView } from './event-view';
import type { FieldReader } from './field';
import { token } from './hash';
import { KeyedStates, type Keyed, type StateBounds } from './keyed-states';

/** Distinct values counted in one window of one key; beyond it the count stays there. */
export const WINDOW_VALUES = 4_096;

/** What one partition saw of one key in one tumbling window `[start, start + windowMs)`. Plain, bounded, mergeable. */
export interface WindowPartial extends Keyed {
  readonly rule: string;
  /** What is counted: the key of the rule, with `first-seen` together with the value. */
  readonly key: string;
  /** What is judged together; decides who judges it. */
  readonly group: string;
  readonly start: number;
  sum: number;
  distinct: number;
  /** The distinct values, each with a `:` before it so that no name is special to an object. */
  values: Record<string, 1>;
  evidence: Evidence;
}

/** What a rule counts beside events. */
export interface Measure {
  readonly distinct?: FieldReader | undefined;
  readonly sum?: FieldReader | undefined;
}

/** The open windows of one rule, at most so many of (window, key); beyond that the longest unused goes and is counted. */
export class WindowStore {
  readonly partials: KeyedStates<WindowPartial>;
  /** End of the earliest open window; Infinity when none is open. */
  dueAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly rule: string,
    private readonly windowMs: number,
    bounds: StateBounds,
  ) {
    this.partials = new KeyedStates(bounds);
  }

  /** Counts the event shown. */
  add(place: { key: string; group: string; time: number }, view: EventView, measure: Measure): void {
    const start = Math.floor(place.time / this.windowMs) * this.windowMs;
    const partial = this.at(place.key, place.group, start);
    addEvidence(partial.evidence, view, place.time);
    const amount = measure.sum?.(view);
    if (typeof amount === 'number') partial.sum += amount;
    const value = measure.distinct?.(view);
    if (value !== undefined) addValue(partial, `:${token(String(value))}`);
  }

  /** Adds what another partition counted. */
  merge(from: WindowPartial): void {
    const partial = this.at(from.key, from.group, from.start);
    partial.sum += from.sum;
    for (const value of Object.keys(from.values)) addValue(partial, value);
    mergeEvidence(partial.evidence, from.evidence);
  }

  /** Takes all windows that end at or before `time`, by start and key. */
  close(time: number): WindowPartial[] {
    if (time < this.dueAt) return [];
    const closed: WindowPartial[] = [];
    let earliest = Number.POSITIVE_INFINITY;
    for (const [, partial] of this.partials.entries()) {
      if (partial.start + this.windowMs <= time) closed.push(partial);
      else earliest = Math.min(earliest, partial.start);
    }
    for (const partial of closed) this.partials.delete(slot(partial.key, partial.start));
    this.dueAt = earliest + this.windowMs;
    return closed.sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1));
  }

  /** Finds the next due time again after windows were put back. */
  restored(): void {
    for (const [, partial] of this.partials.entries())
      this.dueAt = Math.min(this.dueAt, partial.start + this.windowMs);
  }

  private at(key: string, group: string, start: number): WindowPartial {
    const place = slot(key, start);
    const existing = this.partials.get(place);
    const partial = existing ?? {
      touched: 0,
      rule: this.rule,
      key,
      group,
      start,
      sum: 0,
      distinct: 0,
      values: {},
      evidence: noEvidence(),
    };
    this.partials.set(place, partial);
    this.dueAt = Math.min(this.dueAt, start + this.windowMs);
    return partial;
  }
}

function slot(key: string, start: number): string {
  return `${start} ${key}`;
}

function addValue(partial: WindowPartial, value: string): void {
  if (partial.distinct >= WINDOW_VALUES || Object.hasOwn(partial.values, value)) return;
  partial.values[value] = 1;
  partial.distinct += 1;
}
