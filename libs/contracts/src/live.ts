import { Type, type Static } from '@sinclair/typebox';
import { AlertSchema } from './alert';
import { LedgerSchema } from './ledger';
import { PipelineSchema } from './pipeline';
import { SnapshotSchema } from './snapshot';

const count = () => Type.Integer({ minimum: 0 });

/** A recent event as lists and the feed show it: what one row needs, flat. */
export const EventRowSchema = Type.Object({
  id: Type.String(),
  time: Type.String(),
  dataset: Type.String(),
  category: Type.String(),
  action: Type.String(),
  outcome: Type.String(),
  severity: Type.String(),
  source: Type.String(),
  target: Type.String(),
  user: Type.String(),
  country: Type.String(),
  synthetic: Type.Boolean(),
});

export type EventRow = Static<typeof EventRowSchema>;

/** The part of a frame that changes: everything the dashboard shows, for the window it shows it for. */
export const FrameSchema = Type.Object({
  at: count(),
  snapshot: SnapshotSchema,
  pipeline: PipelineSchema,
  ledger: LedgerSchema,
  recent: Type.Array(EventRowSchema),
  /** The newest alerts of the timeline, newest first, at most 50. */
  alerts: Type.Optional(Type.Array(AlertSchema)),
});

export type Frame = Static<typeof FrameSchema>;

/**
 * The messages of `WS /live`, JSON text frames, server to client.
 * A client may send `{type:'resume', epoch, revision}` and `{type:'subscribe', timeline?, window?}`.
 * An update carries `previous`, the revision that it follows: the client applies it only when that is what it has.
 */
export const HelloSchema = Type.Object({
  type: Type.Literal('hello'),
  epoch: Type.String(),
  revision: count(),
  framesPerSecond: Type.Number(),
  heartbeatMs: count(),
});

export const LiveSnapshotSchema = Type.Object({
  type: Type.Literal('snapshot'),
  epoch: Type.String(),
  revision: count(),
  totals: Type.Object({ allEvents: count() }),
  frame: FrameSchema,
});

export const LiveUpdateSchema = Type.Object({
  type: Type.Literal('update'),
  epoch: Type.String(),
  revision: count(),
  previous: count(),
  totals: Type.Object({ allEvents: count() }),
  /** Top-level members of `frame.snapshot`, and whole `pipeline`, `ledger`, that differ from the previous frame. */
  at: count(),
  snapshot: Type.Partial(SnapshotSchema),
  pipeline: Type.Optional(PipelineSchema),
  ledger: Type.Optional(LedgerSchema),
  /** Rows newer than the previous frame's, newest first, at most 50. */
  recent: Type.Array(EventRowSchema),
  /** Alerts that are new or have changed, at most 50: where more have, the next updates carry the others. */
  alerts: Type.Optional(Type.Array(AlertSchema)),
});

export const ResyncSchema = Type.Object({
  type: Type.Literal('resync'),
  epoch: Type.String(),
  revision: count(),
  reason: Type.String(),
});

export const HeartbeatSchema = Type.Object({
  type: Type.Literal('heartbeat'),
  epoch: Type.String(),
  revision: count(),
  at: count(),
});

export const LiveMessageSchema = Type.Union([
  HelloSchema,
  LiveSnapshotSchema,
  LiveUpdateSchema,
  ResyncSchema,
  HeartbeatSchema,
]);

export type LiveMessage = Static<typeof LiveMessageSchema>;
export type LiveUpdate = Static<typeof LiveUpdateSchema>;

/** What a client may say on `WS /live`. */
export const LiveRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('resume'), epoch: Type.String({ maxLength: 64 }), revision: count() }),
  Type.Object({
    type: Type.Literal('subscribe'),
    timeline: Type.Optional(Type.String({ maxLength: 64 })),
    window: Type.Optional(Type.String({ maxLength: 8 })),
  }),
]);

export type LiveRequest = Static<typeof LiveRequestSchema>;
