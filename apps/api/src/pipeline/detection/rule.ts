import { compileField, compileKey } from './field';
import { compileFilter, everyClause, type Clause, type FilterSpec } from './filter';
import { durationMs } from './duration';
import type { EventView } from './event-view';
import { shortHash } from './short-hash';
import type { RuleState } from './key-table';
import type { Keyed } from './keyed-states';
import { baseline } from './kinds/baseline';
import { beacon } from './kinds/beacon';
import { firstSeen } from './kinds/first-seen';
import { leakyBucket, trigger } from './kinds/leaky-bucket';
import type { OrderedKind } from './kinds/ordered-kind';
import { sequence } from './kinds/sequence';
import { spacing } from './kinds/spacing';
import { threshold } from './kinds/threshold';
import type { WindowKind } from './kinds/window-kind';
import type { RuleSpec, RuleSpecOf } from './rule-schema';
import type { Measure } from './window-partial';

/** What a rule does with the events that it matches, in order or by window. */
export type Evaluation =
  | { readonly mode: 'ordered'; readonly kind: OrderedKind<RuleState> }
  | {
      readonly mode: 'windowed';
      readonly windowMs: number;
      readonly measure: Measure;
      /** Field that is counted apart beside the key of the rule. */
      readonly countedBy?: string;
      readonly kind: WindowKind<Keyed>;
      /** True when all events of a key are in one partition (the key has the source), so no partials travel. */
      readonly local: boolean;
    };

/** A rule ready to run. */
export interface Rule {
  readonly spec: RuleSpec;
  /** Id and a hash of all that decides what the rule matches and counts: the name under which its state is kept. */
  readonly version: string;
  /** The name under which the state of this rule was kept when its hash was of its words too. */
  readonly formerVersion: string;
  /** What an event must meet, one by one. */
  readonly clauses: readonly Clause[];
  readonly key: (view: EventView) => string | undefined;
  readonly silenceMs: number;
  readonly evaluation: Evaluation;
}

/** Something wrong at a place in a rule. */
export class RuleError extends Error {
  constructor(
    readonly path: readonly (string | number)[],
    message: string,
  ) {
    super(message);
  }
}

const SOURCE = 'source.ip';

/** The fields of a rule's key. */
export function keyFields(spec: RuleSpec): string[] {
  return typeof spec.key === 'string' ? [spec.key] : spec.key;
}

/** The fields by whose values a rule counts apart. */
export function countedFields({ spec, evaluation }: Rule): string[] {
  const beside = evaluation.mode === 'windowed' ? evaluation.countedBy : undefined;
  return beside === undefined ? keyFields(spec) : [...keyFields(spec), beside];
}

/** Compiles a rule that has passed its schema. Throws a RuleError or FilterError with the place. */
export function compileRule(spec: RuleSpec): Rule {
  const evaluation = evaluationOf(spec);
  const clauses = clausesOf(spec.where, ['where']);
  if (spec.kind === 'sequence') clauses.push(oneOfTheSteps(spec));
  if (evaluation.mode === 'ordered' && !keyFields(spec).includes(SOURCE))
    throw new RuleError(['key'], `a ${spec.kind} depends on order, so its key must have ${SOURCE}`);
  checkReason(spec);
  return {
    spec,
    version: versionOf(spec, [...REMARKS, ...WORDS]),
    formerVersion: versionOf(spec, REMARKS),
    clauses,
    key: at(['key'], () => compileKey(keyFields(spec))),
    silenceMs: durationMs(spec.silence),
    evaluation,
  };
}

/** What is only said about a rule, and changes nothing that it does. */
const REMARKS: readonly string[] = ['description', 'references', 'falsePositives', 'tests', 'indicates'];

/** What is said of its alerts and when they end: a state that was counted without it is still right with it. */
const WORDS: readonly string[] = ['severity', 'technique', 'tactic', 'aliases', 'reason', 'silence'];

/** @param without fields that decide nothing */
function versionOf(spec: RuleSpec, without: readonly string[]): string {
  const decisive = Object.entries(spec).filter(([name]) => !without.includes(name));
  const inOrder = decisive.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${spec.id}@${shortHash(JSON.stringify(inOrder))}`;
}

function evaluationOf(spec: RuleSpec): Evaluation {
  switch (spec.kind) {
    case 'bucket': {
      const { capacity, leak, silence } = spec;
      const [leakMs, silenceMs] = [durationMs(leak), durationMs(silence)];
      const distinct = optionalField('distinct', spec.distinct);
      return { mode: 'ordered', kind: leakyBucket({ capacity, leakMs, silenceMs, distinct }) };
    }
    case 'trigger':
      return { mode: 'ordered', kind: trigger() };
    case 'sequence': {
      const steps = spec.steps.map(({ times }, index) => ({ ...stepClause(spec, index), times }));
      return { mode: 'ordered', kind: sequence({ steps, withinMs: durationMs(spec.within) }) };
    }
    case 'spacing':
      return { mode: 'ordered', kind: spacing(spacingSettings(spec)) };
    case 'beacon': {
      const { intervals, jitter } = spec;
      const [shortestMs, longestMs] = [durationMs(spec.shortest), durationMs(spec.longest)];
      if (longestMs < shortestMs) throw new RuleError(['longest'], 'longest is shorter than shortest');
      return { mode: 'ordered', kind: beacon({ intervals, jitter, shortestMs, longestMs }) };
    }
    default:
      return windowed(spec);
  }
}

function spacingSettings(spec: RuleSpecOf<'spacing'>) {
  return {
    events: spec.events,
    intervalMs: durationMs(spec.interval),
    memoryMs: durationMs(spec.memory),
    distinct: optionalField('distinct', spec.distinct),
    cancel: spec.cancel === undefined ? undefined : everyClause(clausesOf(spec.cancel, ['cancel'])).test,
  };
}

function windowed(
  spec: RuleSpecOf<'threshold'> | RuleSpecOf<'baseline'> | RuleSpecOf<'first-seen'>,
): Evaluation {
  const fields = keyFields(spec);
  const windowMs = durationMs(spec.window);
  const shape = { mode: 'windowed', windowMs, local: fields.includes(SOURCE) } as const;
  if (spec.kind === 'baseline') {
    const { season, learn, deviations, floor } = spec;
    const kind = baseline({ windowMs, season, learn, deviations, floor });
    return { ...shape, measure: {}, kind };
  }
  if (spec.kind === 'first-seen') {
    const measure = { distinct: optionalField('value', spec.value) };
    const kind = firstSeen({ learn: spec.learn, rememberMs: durationMs(spec.remember) });
    return { ...shape, measure, countedBy: spec.value, kind };
  }
  const { limit, atMostPerValue } = spec;
  const measure = { distinct: optionalField('distinct', spec.distinct), sum: optionalField('sum', spec.sum) };
  const compared = spec.sum !== undefined ? 'sum' : spec.distinct !== undefined ? 'distinct' : 'events';
  const kind = threshold({ windowMs, limit, measure: compared, atMostPerValue });
  return { ...shape, measure, kind };
}

function stepClause(spec: RuleSpecOf<'sequence'>, index: number): Clause {
  return everyClause(clausesOf(spec.steps[index]?.where ?? {}, ['steps', index, 'where']));
}

function oneOfTheSteps(spec: RuleSpecOf<'sequence'>): Clause {
  const steps = spec.steps.map((_step, index) => stepClause(spec, index));
  return {
    text: 'one of the steps',
    test: (view) => steps.some(({ test }) => test(view)),
    fields: steps.flatMap(({ fields }) => fields),
  };
}

function clausesOf(spec: FilterSpec, path: readonly (string | number)[]): Clause[] {
  return at(path, () => compileFilter(spec));
}

function optionalField(name: string, path: string | undefined) {
  return path === undefined ? undefined : at([name], () => compileField(path));
}

/** The figures that each kind can put into a reason, beside those that every alert has. */
const FIGURES: Readonly<Record<RuleSpec['kind'], readonly string[]>> = {
  bucket: ['limit', 'distinct'],
  trigger: [],
  sequence: ['limit', 'before'],
  spacing: ['interval', 'limit'],
  beacon: ['interval', 'jitter', 'limit'],
  threshold: ['limit', 'distinct', 'sum', 'megabytes', 'window'],
  baseline: ['limit', 'expected', 'window'],
  'first-seen': ['value', 'known'],
};

const ALWAYS = ['events', 'span', 'key', 'source', 'target'];

function checkReason(spec: RuleSpec): void {
  const known = [...ALWAYS, ...FIGURES[spec.kind]];
  for (const [, name = ''] of spec.reason.matchAll(/\{(\w*)\}/g))
    if (!known.includes(name))
      throw new RuleError(['reason'], `no figure {${name}}; a ${spec.kind} has ${known.join(', ')}`);
}

function at<T>(path: readonly (string | number)[], compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const inner = error instanceof Error && 'path' in error && Array.isArray(error.path) ? error.path : [];
    throw new RuleError([...path, ...inner], error instanceof Error ? error.message : String(error));
  }
}
