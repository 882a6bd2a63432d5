import type { EventView } from './event-view';
import { withEvent, type Evidence } from './evidence';
import type { FieldReader } from './field';
import { token } from './short-hash';
import type { Keyed } from './keyed-states';
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
  /** Distinct values; null for a rule that counts none. */
  values: ValueSet | null;
  evidence: Evidence;
  /** Events that an alert has counted already, before the window ended. */
  told: number;
}

/** What a rule counts beside events. */
export interface Measure {
  readonly distinct?: FieldReader | undefined;
  readonly sum?: FieldReader | undefined;
}

/** Whose window it is. */
export type WindowPlace = Pick<WindowPartial, 'rule' | 'key' | 'group' | 'start'>;

/** A window with its first event, the one shown. */
export function partialOf(
  place: WindowPlace,
  view: EventView,
  time: number,
  measure: Measure,
): WindowPartial {
  const { rule, key, group, start } = place;
  const evidence = withEvent(null, view, time);
  const values = measure.distinct === undefined ? null : new ValueSet();
  const partial = { touched: 0, rule, key, group, start, sum: 0, values, evidence, told: 0 };
  addMeasured(partial, view, measure);
  return partial;
}

/** Counts the event shown in a window. */
export function countIn(partial: WindowPartial, view: EventView, time: number, measure: Measure): void {
  partial.evidence = withEvent(partial.evidence, view, time);
  addMeasured(partial, view, measure);
}

/** By key: the order in which the windows that end together are judged. */
export function byKey(a: WindowPartial, b: WindowPartial): number {
  return a.key < b.key ? -1 : 1;
}

function addMeasured(partial: WindowPartial, view: EventView, { distinct, sum }: Measure): void {
  const amount = sum?.(view);
  if (typeof amount === 'number') partial.sum += amount;
  const value = distinct?.(view);
  if (value !== undefined) partial.values?.add(token(String(value)));
}
