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
