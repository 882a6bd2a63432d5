import { Type, type Static } from '@sinclair/typebox';

/** One refused item of a batch. `index` counts from 0 in the request. */
export const ItemProblemSchema = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  code: Type.String(),
  detail: Type.String(),
});

/** RFC 9457 problem details as every error answers them. Input is never echoed. */
export const ProblemSchema = Type.Object({
  status: Type.Integer(),
  code: Type.String(),
  title: Type.String(),
  requestId: Type.String(),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(ItemProblemSchema)),
});

export type ItemProblem = Static<typeof ItemProblemSchema>;
export type Problem = Static<typeof ProblemSchema>;

/** The answer of `POST /events` and `POST /logs/{dataset}`. */
export const IngestAnswerSchema = Type.Object({
  accepted: Type.Integer({ minimum: 0 }),
  duplicates: Type.Integer({ minimum: 0 }),
  rejected: Type.Integer({ minimum: 0 }),
  errors: Type.Array(ItemProblemSchema),
});

export type IngestAnswer = Static<typeof IngestAnswerSchema>;
