import { Type, type Static } from '@sinclair/typebox';

const count = () => Type.Integer({ minimum: 0 });

/** One scenario of the library, `GET /scenarios`. */
export const ScenarioSummarySchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  summary: Type.String(),
  /** A paragraph for the learner. */
  lesson: Type.String(),
  lengthSeconds: Type.Number(),
  /** ATT&CK techniques of its attacks. */
  techniques: Type.Array(Type.String()),
  /** Lines per second on average when no other rate is asked for. */
  ratePerSecond: Type.Number(),
});

export const SimulationStateSchema = Type.Union([
  Type.Literal('running'),
  Type.Literal('paused'),
  Type.Literal('finished'),
]);

/** What became of the lines of a simulation: `sent = accepted + duplicates + rejected + refused` when nothing is under way. */
export const SendFiguresSchema = Type.Object({
  sent: count(),
  accepted: count(),
  duplicates: count(),
  rejected: count(),
  /** Lines of requests that were refused as a whole, or given up on. */
  refused: count(),
  /** Requests that got their final answer. */
  requests: count(),
  /** How often a request was sent again because there was no answer, or one that asked for it. */
  retried: count(),
});

/** One simulation, `GET /simulations/{id}`. */
export const SimulationSchema = Type.Object({
  id: Type.String(),
  scenario: Type.String(),
  state: SimulationStateSchema,
  ratePerSecond: Type.Number(),
  /** Event time that it covers; null goes on until it is stopped. */
  durationSeconds: Type.Union([Type.Number(), Type.Null()]),
  seed: Type.Integer(),
  speed: Type.Number(),
  createdAt: Type.String(),
  /** Event time that it has come through. */
  positionSeconds: Type.Number(),
  figures: SendFiguresSchema,
});

/** One phase of one attack as it really was: what alerts are compared with. */
export const AttackTruthSchema = Type.Object({
  attack: Type.String(),
  scenario: Type.String(),
  phase: Type.String(),
  technique: Type.String(),
  events: count(),
  firstSeen: Type.String(),
  lastSeen: Type.String(),
  /** Source addresses, at most 5 000. */
  sources: Type.Array(Type.String()),
  sourcesComplete: Type.Boolean(),
  /** Names of the targets. */
  targets: Type.Array(Type.String()),
});

export type ScenarioSummary = Static<typeof ScenarioSummarySchema>;
export type SendFigures = Static<typeof SendFiguresSchema>;
export type Simulation = Static<typeof SimulationSchema>;
export type AttackTruth = Static<typeof AttackTruthSchema>;

const share = () => Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]);
const seconds = () => Type.Union([Type.Number(), Type.Null()]);

/** How alerts compare with the truth; a share is null where it would divide by nothing. */
const measures = {
  /** Attacks (phases of them) that were looked for. */
  attacks: count(),
  detected: count(),
  missed: count(),
  /** Alerts that fit no attack. */
  false: count(),
  precision: share(),
  recall: share(),
  f1: share(),
  /** Median of event time from an attack's first event to its first alert. */
  timeToDetectSeconds: seconds(),
};

export const TechniqueScoreSchema = Type.Object({ technique: Type.String(), ...measures });

/** One phase of one attack, and what was said of it. */
export const AttackScoreSchema = Type.Object({
  attack: Type.String(),
  phase: Type.String(),
  technique: Type.String(),
  /** False where no rule claims to see it: it counts neither as detected nor as missed. */
  covered: Type.Boolean(),
  detected: Type.Boolean(),
  events: count(),
  firstSeen: Type.String(),
  lastSeen: Type.String(),
  /** Ids of its alerts, the first of them where there are many. */
  alerts: Type.Array(Type.String()),
  rules: Type.Array(Type.String()),
  timeToDetectSeconds: seconds(),
});

/** `GET /simulations/{id}/score`: the ground truth of a simulation against the alerts. */
export const SimulationScoreSchema = Type.Object({
  simulation: Type.String(),
  scenario: Type.String(),
  state: SimulationStateSchema,
  ...measures,
  techniques: Type.Array(TechniqueScoreSchema),
  phases: Type.Array(AttackScoreSchema),
  falseAlerts: Type.Array(
    Type.Object({ id: Type.String(), rule: Type.String(), key: Type.String(), reason: Type.String() }),
  ),
});

export type TechniqueScore = Static<typeof TechniqueScoreSchema>;
export type AttackScore = Static<typeof AttackScoreSchema>;
export type SimulationScore = Static<typeof SimulationScoreSchema>;
