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
  /** Where its lines go; absent: the live timeline. */
  timeline: Type.Optional(Type.String()),
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
  /** Addresses that the sources reached, at most 1 000. */
  targetAddresses: Type.Optional(Type.Array(Type.String())),
});

const eventTime = () => Type.Union([Type.String(), Type.Null()]);

/** `GET /simulations/{id}/truth`: the attacks of a simulation in the order in which they began. */
export const SimulationTruthSchema = Type.Object({
  items: Type.Array(AttackTruthSchema),
  next: Type.Null(),
  /** Event times of the first and the last event sent, attack or not; null before the first. */
  from: eventTime(),
  until: eventTime(),
  /** The latest event of the attacks that are no longer remembered; null while all are. */
  forgottenUntil: eventTime(),
});

export type ScenarioSummary = Static<typeof ScenarioSummarySchema>;
export type SendFigures = Static<typeof SendFiguresSchema>;
export type Simulation = Static<typeof SimulationSchema>;
export type AttackTruth = Static<typeof AttackTruthSchema>;
export type SimulationTruth = Static<typeof SimulationTruthSchema>;

const share = () => Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]);
const seconds = () => Type.Union([Type.Number(), Type.Null()]);

/** How alerts compare with the truth; a share is null where it would divide by nothing. */
const measures = {
  /** Phases of attacks that a rule claims to see. */
  attacks: count(),
  /** Those of them that an alert fits. */
  detected: count(),
  /** Those that no alert fits although detection has passed their end. */
  missed: count(),
  /** Alerts that fit a phase. */
  fitting: count(),
  /** Alerts that are about no attack at all. */
  false: count(),
  precision: share(),
  recall: share(),
  f1: share(),
  /** Median of event time from a phase's first event to the first alert that was raised on it. */
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
  /** True while it is not detected and detection has not passed its end: neither detected nor missed. */
  pending: Type.Boolean(),
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
  /** Alerts about an attacker while it was at work, under a technique that it did not use: neither fitting nor false. */
  other: count(),
  /** Phases that no rule claims to see. */
  uncovered: count(),
  /** Phases of which nothing can be said yet. */
  pending: count(),
  techniques: Type.Array(TechniqueScoreSchema),
  phases: Type.Array(AttackScoreSchema),
  falseAlerts: Type.Array(
    Type.Object({ id: Type.String(), rule: Type.String(), key: Type.String(), reason: Type.String() }),
  ),
});

export type TechniqueScore = Static<typeof TechniqueScoreSchema>;
export type AttackScore = Static<typeof AttackScoreSchema>;
export type SimulationScore = Static<typeof SimulationScoreSchema>;
