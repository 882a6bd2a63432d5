import { Type, type Static } from '@sinclair/typebox';
import { STAGES } from './stage';

/** One event that went no further, as `GET /dead-letters` lists it. */
export const DeadLetterSchema = Type.Object({
  /** Opaque: names the letter in `redrive` and `DELETE`. */
  id: Type.String(),
  stage: Type.Union(STAGES.map((stage) => Type.Literal(stage))),
  reason: Type.String(),
  detail: Type.String(),
  /** The raw line, or the event as JSON; absent where no text is kept. At most 4 KiB. */
  raw: Type.Optional(Type.String()),
  /** `raw` is only the beginning: redriving needs the whole text. */
  cut: Type.Optional(Type.Literal(true)),
  dataset: Type.String(),
  timeline: Type.String(),
  eventId: Type.Optional(Type.String()),
  /** When it came to the edge: UTC, milliseconds. */
  received: Type.String(),
  /** When it was rejected: UTC, milliseconds. */
  time: Type.String(),
  /** `redriven`: it went back once and counts as a dead letter no more. */
  state: Type.Union([Type.Literal('dead'), Type.Literal('redriven')]),
  /** The id under which it went back. */
  redrivenAs: Type.Optional(Type.String()),
});

/** `GET /dead-letters`, newest first. */
export const DeadLetterListSchema = Type.Object({
  items: Type.Array(DeadLetterSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** The answer of `POST /dead-letters/{id}/redrive`: where the event went and its new id. */
export const RedriveAnswerSchema = Type.Object({
  id: Type.String(),
  stage: Type.String(),
  eventId: Type.String(),
});

export type DeadLetterRow = Static<typeof DeadLetterSchema>;
export type DeadLetterList = Static<typeof DeadLetterListSchema>;
export type RedriveAnswer = Static<typeof RedriveAnswerSchema>;
