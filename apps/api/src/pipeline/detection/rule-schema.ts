import { Type, type Static, type TObject, type TProperties } from '@sinclair/typebox';
import { SEVERITY_LEVELS } from '@watchfloor/contracts';
import { DURATION_PATTERN, POSITIVE_DURATION_PATTERN } from './duration';

/** The form of rule files. docs/detection.md explains each field; this is the definition. */
const strict = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
/** `description` is what a value is expected to be, where it is not. */
const moment = () => Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as 90s' });
/** In a span of nothing, nothing is counted and nothing leaks. */
const duration = () =>
  Type.String({ pattern: POSITIVE_DURATION_PATTERN, description: 'a duration above zero such as 90s' });
const field = () => Type.String({ minLength: 1 });
const count = (minimum: number) => Type.Integer({ minimum, maximum: 1_000_000_000 });
const filter = () => Type.Record(Type.String(), Type.Unknown());
const key = () => Type.Union([field(), Type.Array(field(), { minItems: 1, maxItems: 4 })]);

const TestEventsSchema = strict({
  /** Time of the first of them after the start of the test. */
  at: moment(),
  times: Type.Optional(count(1)),
  every: Type.Optional(moment()),
  /** Fields that differ from the test's `event`; `{n}` in a text is the running number. */
  set: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const ExpectedAlertSchema = strict({
  source: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  target: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  events: Type.Optional(count(1)),
  reason: Type.Optional(Type.String()),
});

export const RuleTestSchema = strict({
  name: Type.String({ minLength: 1 }),
  event: Type.Record(Type.String(), Type.Unknown()),
  events: Type.Array(TestEventsSchema, { minItems: 1 }),
  alerts: Type.Array(ExpectedAlertSchema),
});

const common = {
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{2,63}$' }),
  description: Type.String({ minLength: 10 }),
  severity: Type.Union(SEVERITY_LEVELS.map((level) => Type.Literal(level))),
  /** ATT&CK techniques and tactics by id. */
  technique: Type.Array(Type.String({ pattern: '^T\\d{4}(\\.\\d{3})?$' }), { minItems: 1 }),
  tactic: Type.Array(Type.String({ pattern: '^TA\\d{4}$' }), { minItems: 1 }),
  references: Type.Array(Type.String({ pattern: '^https://' }), { minItems: 1 }),
  falsePositives: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  aliases: Type.Optional(Type.Array(Type.String({ minLength: 3 }))),
  reason: Type.String({ minLength: 10 }),
  where: filter(),
  key: key(),
  /** Whose addresses stand for the attack when it is shared; default: the source where the key has it, else none. */
  indicates: Type.Optional(
    Type.Union([Type.Literal('source'), Type.Literal('target'), Type.Literal('none')]),
  ),
  silence: duration(),
  tests: Type.Array(RuleTestSchema, { minItems: 1 }),
};

export const RULE_SCHEMAS = {
  bucket: strict({
    ...common,
    kind: Type.Literal('bucket'),
    capacity: count(1),
    leak: duration(),
    distinct: Type.Optional(field()),
  }),
  trigger: strict({ ...common, kind: Type.Literal('trigger') }),
  sequence: strict({
    ...common,
    kind: Type.Literal('sequence'),
    within: duration(),
    steps: Type.Array(strict({ where: filter(), times: count(1) }), { minItems: 2, maxItems: 6 }),
  }),
  spacing: strict({
    ...common,
    kind: Type.Literal('spacing'),
    events: count(3),
    interval: duration(),
    memory: duration(),
    distinct: Type.Optional(field()),
    cancel: Type.Optional(filter()),
  }),
  beacon: strict({
    ...common,
    kind: Type.Literal('beacon'),
    intervals: count(4),
    shortest: duration(),
    longest: duration(),
    /** Highest coefficient of variation (standard deviation over mean) of the intervals. */
    jitter: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
  }),
  threshold: strict({
    ...common,
    kind: Type.Literal('threshold'),
    window: duration(),
    limit: count(1),
    distinct: Type.Optional(field()),
    sum: Type.Optional(field()),
    /** With `distinct`: fires only while each value has at most this many events on average. */
    atMostPerValue: Type.Optional(count(1)),
  }),
  baseline: strict({
    ...common,
    kind: Type.Literal('baseline'),
    window: duration(),
    season: Type.Union([Type.Literal('day'), Type.Literal('week')]),
    learn: count(2),
    deviations: Type.Number({ minimum: 1, maximum: 100 }),
    floor: count(1),
  }),
  'first-seen': strict({
    ...common,
    kind: Type.Literal('first-seen'),
    window: duration(),
    value: field(),
    learn: count(1),
    remember: duration(),
  }),
} satisfies Record<string, TObject>;

export type RuleKind = keyof typeof RULE_SCHEMAS;

/** A rule as it is written. */
export type RuleSpec = { [K in RuleKind]: Static<(typeof RULE_SCHEMAS)[K]> }[RuleKind];

/** A rule of one kind as it is written. */
export type RuleSpecOf<K extends RuleKind> = Static<(typeof RULE_SCHEMAS)[K]>;

export type RuleTest = Static<typeof RuleTestSchema>;

/** `define` holds YAML anchors (word lists, events of tests) and is otherwise ignored. */
export const RuleFileSchema = strict({
  define: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  rules: Type.Array(
    Type.Object({ kind: Type.Union(Object.keys(RULE_SCHEMAS).map((name) => Type.Literal(name))) }),
    {
      minItems: 1,
    },
  ),
});
