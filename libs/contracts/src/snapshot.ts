import { Type, type Static } from '@sinclair/typebox';

const count = () => Type.Integer({ minimum: 0 });

/** The ranges of `GET /snapshot` with the tumbling window they are summed from. */
export const SNAPSHOT_WINDOWS = {
  '1m': { lengthMs: 60_000, step: '1s' },
  '5m': { lengthMs: 300_000, step: '1s' },
  '15m': { lengthMs: 900_000, step: '1s' },
  '1h': { lengthMs: 3_600_000, step: '10s' },
  '24h': { lengthMs: 86_400_000, step: '1m' },
} as const;

export type SnapshotWindow = keyof typeof SNAPSHOT_WINDOWS;

/** Tumbling window lengths with their retention (design: 15 min, 2 h, 48 h, 30 d). */
export const WINDOW_STEPS = {
  '1s': { sizeMs: 1_000, retentionMs: 900_000 },
  '10s': { sizeMs: 10_000, retentionMs: 7_200_000 },
  '1m': { sizeMs: 60_000, retentionMs: 172_800_000 },
  '1h': { sizeMs: 3_600_000, retentionMs: 2_592_000_000 },
} as const;

export type WindowStep = keyof typeof WINDOW_STEPS;

/** A count by key: exact, or with the largest possible over-count. */
export const KeyCountSchema = Type.Object({
  key: Type.String(),
  count: count(),
  exact: Type.Optional(Type.Literal(true)),
  error: Type.Optional(count()),
  /** ISO 3166-1 alpha-2, for sources whose country is known. */
  country: Type.Optional(Type.String()),
  city: Type.Optional(Type.String()),
});

/** How many different keys there were: exact, or an estimate with how far it may be off. */
export const DistinctSchema = Type.Object({
  count: count(),
  exact: Type.Optional(Type.Literal(true)),
  error: Type.Optional(count()),
});

/** `[latitude, longitude, count]`: the centre of a 1 degree map cell and its events. */
export const CellSchema = Type.Tuple([Type.Number(), Type.Number(), count()]);

/** `[fromLat, fromLon, toLat, toLon, count]`: one source-target pair, by cell, strongest first. */
export const ArcSchema = Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number(), count()]);

/** The range of event time that an answer from retained events stands for, in ms, and whether it is all that was asked for. */
export const CoverageSchema = Type.Object({ from: count(), to: count(), complete: Type.Boolean() });

export const SnapshotSchema = Type.Object({
  window: Type.String(),
  timeline: Type.String(),
  /** Event-time range `[from, to)` in ms since the epoch that was summed. */
  from: count(),
  to: count(),
  epoch: Type.String(),
  revision: count(),
  /** `events` in the window; `allEvents` aggregated since the first start, whatever the filters. */
  totals: Type.Object({
    events: count(),
    /** How far `events` may be off, when a filter asks for one key of a dimension of which not every key is kept. */
    eventsError: Type.Optional(count()),
    allEvents: count(),
    sources: count(),
    targets: count(),
    countries: count(),
    late: count(),
    future: count(),
  }),
  distinct: Type.Optional(
    Type.Object({ sources: DistinctSchema, targets: DistinctSchema, users: DistinctSchema }),
  ),
  rates: Type.Object({ eventsPerSecond: Type.Number(), bySecond: Type.Array(count()) }),
  cells: Type.Array(CellSchema),
  arcs: Type.Array(ArcSchema),
  arcsTotal: count(),
  topSources: Type.Array(KeyCountSchema),
  topTargets: Type.Array(KeyCountSchema),
  topUsers: Type.Array(KeyCountSchema),
  topPorts: Type.Array(KeyCountSchema),
  countries: Type.Array(KeyCountSchema),
  categories: Type.Array(KeyCountSchema),
  severities: Type.Array(KeyCountSchema),
  datasets: Type.Array(KeyCountSchema),
  outcomes: Type.Array(KeyCountSchema),
  /** Set when the answer comes from the retained recent events: the range they cover, in ms. */
  coverage: Type.Optional(CoverageSchema),
});

export type KeyCount = Static<typeof KeyCountSchema>;
export type Cell = Static<typeof CellSchema>;
export type Arc = Static<typeof ArcSchema>;
export type Snapshot = Static<typeof SnapshotSchema>;

/** `GET /timeline`: one row a window, oldest first. */
export const TimelineSchema = Type.Object({
  timeline: Type.String(),
  step: Type.String(),
  /** Event-time range `[from, to)` in ms since the epoch, of whole windows. */
  from: count(),
  to: count(),
  windows: Type.Array(
    Type.Object({
      start: count(),
      events: count(),
      late: count(),
      byCategory: Type.Record(Type.String(), count()),
      /** With a filter by key: whether `events` is exact, or its largest possible over-count. Neither where it may be too low. */
      exact: Type.Optional(Type.Literal(true)),
      error: Type.Optional(count()),
    }),
  ),
  /** Set when rows come from the retained recent events: the range for which the rows have all events, in ms. */
  coverage: Type.Optional(CoverageSchema),
});

export type Timeline = Static<typeof TimelineSchema>;
