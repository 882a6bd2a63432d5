import { Type, type Static } from '@sinclair/typebox';
import { SEVERITY_LEVELS } from './severity';

/** An alert as detection raises it: what `detect` prints, and the detected part of `GET /alerts`. */
export const DetectedAlertSchema = Type.Object({
  /** Derived from timeline, rule, key and first window: the same events give the same id. */
  id: Type.String({ pattern: '^[a-z0-9-]+$' }),
  rule: Type.String(),
  /** Names of public rules with the same meaning. */
  aliases: Type.Array(Type.String()),
  /** ATT&CK techniques and tactics by id. */
  technique: Type.Array(Type.String()),
  tactic: Type.Array(Type.String()),
  severity: Type.Union(SEVERITY_LEVELS.map((level) => Type.Literal(level))),
  /** The value of the rule's key, its parts separated by spaces. */
  key: Type.String(),
  /** Addresses, the first of them where there are many. */
  source: Type.Array(Type.String()),
  target: Type.Array(Type.String()),
  /** Event times, ISO 8601 in UTC. */
  firstSeen: Type.String(),
  lastSeen: Type.String(),
  events: Type.Integer({ minimum: 1 }),
  /** One sentence with its figures. */
  reason: Type.String(),
  /** Ids of the first events behind it. */
  sample: Type.Array(Type.String()),
});

export type DetectedAlert = Static<typeof DetectedAlertSchema>;
