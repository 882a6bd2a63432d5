import type { NormalisedEvent } from '@watchfloor/contracts';
import type { Rule } from './rule';

/** Fields by which rules are sorted beforehand; a rule that says nothing about one is under all its values. */
const FACETS = ['event.category', 'event.dataset', 'event.outcome', 'event.action'] as const;

/** Combinations remembered. Their values come from senders, so the memory has a bound; beyond it, it starts again. */
const REMEMBERED = 4_096;

type Facet = (typeof FACETS)[number];

/** Finds the few rules that an event can meet at all by the values of four fields, so most filters are never run. */
export class RuleIndex {
  private readonly remembered = new Map<string, readonly Rule[]>();

  constructor(private readonly rules: readonly Rule[]) {}

  /** The rules whose filter is worth running. */
  candidates({ event }: NormalisedEvent): readonly Rule[] {
    const { category, dataset, outcome, action } = event;
    const categories = category.length === 1 ? category[0] : category.join(' ');
    const combination = `${categories}|${dataset}|${outcome}|${action}`;
    const known = this.remembered.get(combination);
    if (known !== undefined) return known;
    const found = this.rules.filter((rule) =>
      FACETS.every((facet) =>
        admits(rule, facet, facet === 'event.category' ? category : [valueOf(event, facet)]),
      ),
    );
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(combination, found);
    return found;
  }
}

function valueOf(event: NormalisedEvent['event'], facet: Facet): string | undefined {
  if (facet === 'event.dataset') return event.dataset;
  return facet === 'event.outcome' ? event.outcome : event.action;
}

function admits(rule: Rule, facet: Facet, values: readonly (string | undefined)[]): boolean {
  return rule.clauses.every(
    ({ only }) =>
      only?.field !== facet || values.some((value) => value !== undefined && only.values.includes(value)),
  );
}
