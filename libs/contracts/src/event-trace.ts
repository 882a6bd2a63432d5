import { Type, type Static } from '@sinclair/typebox';
import { DeadLetterSchema } from './dead-letter';
import { NormalisedEventSchema } from './normalised-event';

/** `GET /events`, newest first by arrival behind the stages. */
export const EventListSchema = Type.Object({
  items: Type.Array(NormalisedEventSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** One station of an event's way. */
export const TraceStepSchema = Type.Object({
  /** `received` at the edge, `ingested` and `processed` by the stages, `keyed` in its partition, `aggregated`. */
  step: Type.Union(
    ['received', 'ingested', 'processed', 'keyed', 'aggregated', 'dead-lettered'].map((step) =>
      Type.Literal(step),
    ),
  ),
  /** UTC, milliseconds; null where the moment is no longer known. */
  time: Type.Union([Type.String(), Type.Null()]),
  /** Where it lay; null where this is no longer known. */
  partition: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
});

/** `GET /events/{id}/trace`: one event's way through the stages. */
export const EventTraceSchema = Type.Object({
  id: Type.String(),
  timeline: Type.String(),
  /** How far it has come: the stage it waits for, or its end. */
  state: Type.Union(
    ['ingest', 'processing', 'aggregation', 'aggregated', 'dead-lettered'].map((state) =>
      Type.Literal(state),
    ),
  ),
  /** In the order of the way. */
  steps: Type.Array(TraceStepSchema),
  /** Start of the 1 s window it counts in: UTC; null before its time is known and for an event from the future. */
  window: Type.Union([Type.String(), Type.Null()]),
  event: Type.Optional(NormalisedEventSchema),
  deadLetter: Type.Optional(DeadLetterSchema),
});

export type EventList = Static<typeof EventListSchema>;
export type TraceStep = Static<typeof TraceStepSchema>;
export type EventTrace = Static<typeof EventTraceSchema>;
