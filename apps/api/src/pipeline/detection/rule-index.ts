import type { NormalisedEvent } from '@watchfloor/contracts';
import { INDEX_FIELDS, type Rule } from './rule';

/** Combinations remembered. Their values come from senders, so the memory has a bound; beyond it, it starts again. */
const REMEMBERED = 4_096;

/** Finds the few rules that an event can meet at all by the values of four fields, so most filters are never run. */
export class RuleIndex {
  private readonly remembered = new Map<string, readonly Rule[]>();

  constructor(private readonly rules: readonly Rule[]) {}

  /** The rules whose filter is worth running. */
  candidates({ event }: NormalisedEvent): readonly Rule[] {
    const { category, dataset, outcome, action } = event;
    const categories = category.length === 1 ? category[0] : category.join(' ');
    // Data set and action are free text: the length of the one and the place of the other keep combinations apart.
    const combination = `${categories}|${outcome}|${dataset?.length}|${dataset}|${typeof action}|${action}`;
    const known = this.remembered.get(combination);
    if (known !== undefined) return known;
    const values = [category, [dataset], [outcome], [action]];
    const found = this.rules.filter((rule) =>
      INDEX_FIELDS.every((field, index) => admits(rule, field, values[index] ?? [])),
    );
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(combination, found);
    return found;
  }
}

function admits(rule: Rule, field: string, values: readonly (string | undefined)[]): boolean {
  return rule.clauses.every(
    ({ only }) =>
      only?.field !== field || values.some((value) => value !== undefined && only.values.includes(value)),
  );
}
