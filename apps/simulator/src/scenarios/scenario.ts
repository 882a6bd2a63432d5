import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { BEHAVIOURS } from '../generation/behaviour';
import { NATIVE_FORMATS } from '../generation/native-format';
import { PHASE_STAGES } from '../generation/scenario-plan';
import { LAST_TARGET_HOST } from '../generation/target';
import { DURATION_PATTERN } from './duration';

const Name = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  description: 'lower case letters, digits and -',
});
const Duration = Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as 90s, 5m or 2h' });
const Rate = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, description: 'lines per second' });
const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'an ISO 3166-1 country code' });
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });

const oneOf = <T extends string>(names: readonly T[]) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    { description: `one of ${names.join(', ')}` },
  );
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

export const TargetSchema = closed({
  country: Country,
  number: Type.Integer({
    minimum: 1,
    maximum: LAST_TARGET_HOST,
    description: 'host in the first network there',
  }),
  port: Port,
  writes: Type.Array(oneOf(NATIVE_FORMATS), { minItems: 1, uniqueItems: true }),
});

export const ActorSchema = closed({
  kind: oneOf(['single', 'botnet', 'insider', 'users'] as const),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 4_000_000 })),
  origin: Type.Record(Country, Type.Number({ exclusiveMinimum: 0 }), { minProperties: 1 }),
  networks: Type.Optional(Type.Integer({ minimum: 1, maximum: 512 })),
  family: Type.Optional(oneOf(['ipv4', 'ipv6'] as const)),
  inside: Type.Optional(Type.Boolean()),
});

export const RateSchema = Type.Union(
  [
    closed({
      shape: Type.Literal('constant'),
      perSecond: Rate,
      jitter: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    }),
    closed({ shape: Type.Literal('poisson'), perSecond: Rate }),
    closed({ shape: Type.Literal('heavy-tail'), perSecond: Rate }),
    closed({ shape: Type.Literal('ramp'), from: Rate, to: Rate }),
    closed({ shape: Type.Literal('burst'), perSecond: Rate, every: Duration, lasts: Duration }),
    closed({ shape: Type.Literal('on-off'), perSecond: Rate, on: Duration, off: Duration }),
    closed({
      shape: Type.Literal('diurnal'),
      perSecond: Rate,
      peakHour: Type.Integer({ minimum: 0, maximum: 23 }),
    }),
  ],
  { description: 'a rate shape with its own settings (docs/scenarios.md lists them)' },
);

export const PhaseSchema = closed({
  name: Name,
  stage: oneOf(PHASE_STAGES),
  technique: Type.Optional(
    Type.String({ pattern: '^T\\d{4}(\\.\\d{3})?$', description: 'an ATT&CK technique' }),
  ),
  actor: Name,
  does: oneOf(BEHAVIOURS),
  targets: Type.Array(Name, { minItems: 1 }),
  startsAt: Duration,
  lasts: Duration,
  rate: RateSchema,
  success: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  with: Type.Optional(
    closed({
      member: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
      accounts: Type.Optional(oneOf(['root', 'common', 'staff'] as const)),
      channel: Type.Optional(oneOf(['web', 'dns', 'tcp'] as const)),
      port: Type.Optional(Port),
      bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
      towards: Type.Optional(Country),
    }),
  ),
});

/** The organisation that all scenarios share: its machines and its people. */
export const OrganisationSchema = closed({
  targets: Type.Record(Name, TargetSchema),
  actors: Type.Record(Name, ActorSchema),
});

export const ScenarioSchema = closed({
  name: Name,
  title: Type.String({ minLength: 1, maxLength: 80 }),
  summary: Type.String({ minLength: 1, maxLength: 200 }),
  lesson: Type.String({ minLength: 1, description: 'a paragraph for the learner' }),
  length: Duration,
  targets: Type.Optional(Type.Record(Name, TargetSchema)),
  actors: Type.Optional(Type.Record(Name, ActorSchema)),
  phases: Type.Optional(Type.Array(PhaseSchema)),
  include: Type.Optional(
    Type.Array(
      closed({
        scenario: Name,
        startsAt: Type.Optional(Duration),
        scale: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 })),
      }),
    ),
  ),
});

export type ActorText = Static<typeof ActorSchema>;
export type PhaseText = Static<typeof PhaseSchema>;
export type RateText = Static<typeof RateSchema>;
export type OrganisationText = Static<typeof OrganisationSchema>;
/** A scenario as it is written. */
export type ScenarioText = Static<typeof ScenarioSchema>;
