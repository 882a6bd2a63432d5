import { Type, type Static } from '@sinclair/typebox';
import { SEVERITY_LEVELS } from './severity';

/** How many addresses and events an alert names at most. */
export const ALERT_LIMITS = { sources: 20, targets: 10, sample: 5 } as const;

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
  /** Event time at which it was raised; it stays while the alert goes on. */
  detectedAt: Type.Optional(Type.String()),
  events: Type.Integer({ minimum: 1 }),
  /** One sentence with its figures. */
  reason: Type.String(),
  /** Ids of the first events behind it. */
  sample: Type.Array(Type.String()),
});

export type DetectedAlert = Static<typeof DetectedAlertSchema>;

export const ALERT_STATUSES = ['open', 'acknowledged', 'closed'] as const;

export type AlertStatus = (typeof ALERT_STATUSES)[number];

const status = () => Type.Union(ALERT_STATUSES.map((name) => Type.Literal(name)));

/** One step in the handling of an alert: who changed what, when (wall clock, ISO 8601 in UTC). */
export const AlertNoteSchema = Type.Object({
  at: Type.String(),
  by: Type.String(),
  text: Type.String(),
  /** The status that the step set, where it set one. */
  status: Type.Optional(status()),
  /** Who has the alert since the step, null for nobody, where it changed that. */
  assignee: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

/** An alert of `GET /alerts`: what detection says of it, and how people handle it. */
export const AlertSchema = Type.Composite([
  DetectedAlertSchema,
  Type.Object({
    timeline: Type.String(),
    /** Wall clock at which it was stored first. */
    raisedAt: Type.String(),
    /** Wall clock at which what detection says of it changed last. */
    changedAt: Type.Optional(Type.String()),
    /** True once the attack went silent; what detection says no longer changes. */
    ended: Type.Boolean(),
    /** Grows by one whenever the handling changes; detection's own updates leave it alone. */
    version: Type.Integer({ minimum: 1 }),
    /** An alert that ends while it is open is closed; one that somebody acknowledged stays theirs. */
    status: status(),
    assignee: Type.Union([Type.String(), Type.Null()]),
    notes: Type.Array(AlertNoteSchema),
  }),
]);

/** `GET /alerts`, the one raised last first. */
export const AlertListSchema = Type.Object({
  items: Type.Array(AlertSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

export type AlertNote = Static<typeof AlertNoteSchema>;
export type Alert = Static<typeof AlertSchema>;
export type AlertList = Static<typeof AlertListSchema>;
