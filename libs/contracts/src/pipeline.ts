import { Type, type Static } from '@sinclair/typebox';

const count = () => Type.Integer({ minimum: 0 });

/** One stage of `GET /pipeline`: events and milliseconds. `null` = not known, never NaN. */
export const StagePipelineSchema = Type.Object({
  stage: Type.String(),
  steps: Type.Array(Type.String()),
  inPerSecond: Type.Number(),
  outPerSecond: Type.Number(),
  deadLetteredPerSecond: Type.Number(),
  p50Ms: Type.Union([Type.Number(), Type.Null()]),
  p95Ms: Type.Union([Type.Number(), Type.Null()]),
  /** Share of one worker's time, 0-1, spent in this stage; the highest over the workers. */
  busyShare: Type.Union([Type.Number(), Type.Null()]),
  /** Events in entries after the cursor. */
  lag: count(),
  /** Age in ms of the oldest of them. */
  lagMs: count(),
  /** Work orders given out and not committed. */
  pending: count(),
  /** Event time in ms since the epoch, live timeline; null before the first event. */
  watermark: Type.Union([count(), Type.Null()]),
  watermarkLagMs: Type.Union([Type.Number(), Type.Null()]),
});

/** Detection, which follows behind aggregation with a cursor of its own; figures of the live timeline where a clock is meant. */
export const DetectionPipelineSchema = Type.Object({
  rules: count(),
  /** Events aggregated but not offered to the rules yet. */
  lag: count(),
  evaluatedPerSecond: Type.Number(),
  /** Microseconds of a core for each event evaluated; null when nothing is. */
  microsecondsPerEvent: Type.Union([Type.Number(), Type.Null()]),
  watermark: Type.Union([count(), Type.Null()]),
  watermarkLagMs: Type.Union([Type.Number(), Type.Null()]),
  /** Events that came after their place in the order had passed: counted in windows, not poured into rules. */
  lateForDetection: count(),
  /** States of keys that were given up because a rule had too many. */
  evictions: count(),
  /** How often a rule failed on an event; the event goes on without it. */
  failures: count(),
  alerts: Type.Object({ open: count(), raised: count() }),
});

/** Event time on one timeline, in ms since the epoch; null before the first event. */
export const TimelinePipelineSchema = Type.Object({
  name: Type.String(),
  /** Of the slowest partition. */
  watermark: Type.Union([count(), Type.Null()]),
  /** How far it is behind the clock on the live timeline, behind the furthest event on a named one. */
  watermarkLagMs: Type.Union([Type.Number(), Type.Null()]),
  /** Events that came after their window had closed. */
  late: count(),
});

export const PipelineSchema = Type.Object({
  revision: count(),
  at: count(),
  partitions: count(),
  stages: Type.Array(StagePipelineSchema),
  edge: Type.Object({
    receivedPerSecond: Type.Number(),
    acceptedPerSecond: Type.Number(),
    refusedPerSecond: Type.Number(),
    p95Ms: Type.Union([Type.Number(), Type.Null()]),
  }),
  gateway: Type.Object({
    clients: count(),
    framesPerSecond: Type.Number(),
    skippedFrames: count(),
  }),
  queues: Type.Array(
    Type.Object({
      name: Type.String(),
      waiting: count(),
      active: count(),
      completed: count(),
      failed: count(),
    }),
  ),
  workers: Type.Array(
    Type.Object({ role: Type.String(), host: Type.String(), pid: count(), startedAt: count() }),
  ),
  /** Over all timelines, as `future`. */
  late: count(),
  future: count(),
  /** The live timeline first. */
  timelines: Type.Optional(Type.Array(TimelinePipelineSchema)),
  detection: Type.Optional(DetectionPipelineSchema),
  deadLetters: Type.Object({ total: count(), byReason: Type.Record(Type.String(), count()) }),
  /** 0-1 of the limit at which the edge starts to refuse; `memory` is null where Redis has no limit. */
  backPressure: Type.Object({ inFlight: Type.Number(), memory: Type.Union([Type.Number(), Type.Null()]) }),
  /** What the edge remembers at this load: spans in ms. */
  dedupe: Type.Object({ idSpanMs: count(), keySpanMs: count(), maxIds: count() }),
});

export type Pipeline = Static<typeof PipelineSchema>;
export type StagePipeline = Static<typeof StagePipelineSchema>;
export type TimelinePipeline = Static<typeof TimelinePipelineSchema>;
export type DetectionPipeline = Static<typeof DetectionPipelineSchema>;
