import type { NormalisedEvent } from '@watchfloor/contracts';
import { EventView } from './event-view';
import { everyTest, type Test } from './filter';
import type { Rule } from './rule';

/** Fields of few values by which events are told apart. What a rule asks of these alone is decided once for all alike. */
export const FACET_FIELDS: readonly string[] = [
  'event.category',
  'event.type',
  'event.kind',
  'event.dataset',
  'event.outcome',
  'event.action',
];

/** A rule that an event can meet, with what is left to test; undefined when nothing is. */
export interface Candidate {
  readonly rule: Rule;
  readonly test: Test | undefined;
}

interface Facet<T> {
  readonly of: NormalisedEvent['event'];
  readonly prepared: T;
}

/** Facets remembered. Their values come from senders, so the memory has a bound; beyond it, it starts again. */
const REMEMBERED = 4_096;

/** Finds the few rules that an event can meet at all by six of its fields, so most filters are never run. */
export class RuleIndex<T> {
  private readonly byAction = new Map<string | undefined, Facet<T>[]>();
  private remembered = 0;

  /** @param prepare makes what is remembered of the rules that events of a facet can meet */
  constructor(
    private readonly rules: readonly Rule[],
    private readonly prepare: (candidates: readonly Candidate[]) => T,
  ) {}

  /** What was prepared for events like this one. */
  find(event: NormalisedEvent): T {
    const facets = this.byAction.get(event.event.action);
    if (facets !== undefined)
      for (const facet of facets) if (alike(facet.of, event.event)) return facet.prepared;
    return this.add(event);
  }

  private add(event: NormalisedEvent): T {
    if (this.remembered >= REMEMBERED) {
      this.byAction.clear();
      this.remembered = 0;
    }
    this.remembered += 1;
    const { category, type, kind, dataset, outcome, action } = event.event;
    const of = structuredClone({
      category,
      type,
      kind,
      dataset,
      outcome,
      action,
    }) as NormalisedEvent['event'];
    const view = new EventView().of({ '@timestamp': event['@timestamp'], event: of });
    const prepared = this.prepare(this.rules.flatMap((rule) => candidate(rule, view)));
    const facets = this.byAction.get(of.action) ?? [];
    facets.push({ of, prepared });
    this.byAction.set(of.action, facets);
    return prepared;
  }
}

function candidate(rule: Rule, view: EventView): Candidate[] {
  const left: Test[] = [];
  for (const { fields, test } of rule.clauses) {
    if (!fields.every((field) => FACET_FIELDS.includes(field))) left.push(test);
    else if (!test(view)) return [];
  }
  return [{ rule, test: left.length === 0 ? undefined : everyTest(left) }];
}

function alike(a: NormalisedEvent['event'], b: NormalisedEvent['event']): boolean {
  return (
    a.dataset === b.dataset &&
    a.outcome === b.outcome &&
    a.kind === b.kind &&
    sameList(a.category, b.category) &&
    sameList(a.type, b.type)
  );
}

function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
