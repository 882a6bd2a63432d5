import type { NormalisedEvent } from '@watchfloor/contracts';
import { type EventField, eventField } from '../batch/event-field';
import type { Shape } from '../batch/shape';
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

type FacetValue = string | readonly string[] | undefined;

/** The values of the facet fields of an event. */
type Facet = readonly FacetValue[];

interface Remembered<T> {
  readonly of: Facet;
  readonly prepared: T;
}

/** Facets and shapes remembered. Their values come from senders, so the memory has a bound; beyond it, it starts again. */
const REMEMBERED = 4_096;

const FIELDS = FACET_FIELDS.map(eventField);
const ACTION = eventField('event.action');

/**
 * Finds the few rules that an event can meet at all by six of its fields, so most filters are never run. Events of a batch have
 * these in their shape as a rule: then one look-up finds them.
 */
export class RuleIndex<T> {
  private readonly byShape = new Map<Shape, T>();
  private readonly byAction = new Map<FacetValue, Remembered<T>[]>();
  private remembered = 0;

  /** @param prepare makes what is remembered of the rules that events of a facet can meet */
  constructor(
    private readonly rules: readonly Rule[],
    private readonly prepare: (candidates: readonly Candidate[]) => T,
  ) {}

  /** What was prepared for events like the one shown. */
  find(view: EventView): T {
    const { shape } = view;
    if (shape === undefined) return this.findByFacet(view);
    const known = this.byShape.get(shape);
    if (known !== undefined) return known;
    const found = this.findByFacet(view);
    if (!FIELDS.every((field) => shape.isConstant(field))) return found;
    if (this.byShape.size >= REMEMBERED) this.byShape.clear();
    this.byShape.set(shape, found);
    return found;
  }

  private findByFacet(view: EventView): T {
    const action = valueOf(view, ACTION);
    for (const { of, prepared } of this.byAction.get(action) ?? [])
      if (FIELDS.every((field, at) => isSame(of[at], valueOf(view, field)))) return prepared;
    return this.add(view, action);
  }

  private add(view: EventView, action: FacetValue): T {
    if (this.remembered >= REMEMBERED) {
      this.byAction.clear();
      this.remembered = 0;
    }
    this.remembered += 1;
    // A copy holds on to nothing of the batch that the event is in.
    const of = structuredClone(FIELDS.map((field) => valueOf(view, field)));
    const alike = new EventView().of({ '@timestamp': '', event: eventWith(of) });
    const prepared = this.prepare(this.rules.flatMap((rule) => candidate(rule, alike)));
    const facets = this.byAction.get(action) ?? [];
    facets.push({ of, prepared });
    this.byAction.set(structuredClone(action), facets);
    return prepared;
  }
}

function valueOf(view: EventView, field: EventField): FacetValue {
  // What these fields may be is in the schema of events.
  return view.read(field) as FacetValue;
}

function eventWith(facet: Facet): NormalisedEvent['event'] {
  const values = FIELDS.map(({ names }, at) => [names[1], facet[at]] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as NormalisedEvent['event'];
}

function candidate(rule: Rule, view: EventView): Candidate[] {
  const left: Test[] = [];
  for (const { fields, test } of rule.clauses) {
    if (!fields.every((field) => FACET_FIELDS.includes(field))) left.push(test);
    else if (!test(view)) return [];
  }
  return [{ rule, test: left.length === 0 ? undefined : everyTest(left) }];
}

function isSame(a: FacetValue, b: FacetValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
