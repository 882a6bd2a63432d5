import { Type, type Static } from '@sinclair/typebox';

const count = () => Type.Integer({ minimum: 0 });
const byReason = () => Type.Record(Type.String(), count());

export const StageLedgerSchema = Type.Object({
  stage: Type.Union([Type.Literal('ingest'), Type.Literal('processing'), Type.Literal('aggregation')]),
  in: count(),
  out: count(),
  deadLettered: count(),
  byReason: byReason(),
  /** Events that lie before this stage: in entries after its cursor, less those already handed on. */
  pending: count(),
});

/** Conservation of events, `GET /ledger`. All figures count events. */
export const LedgerSchema = Type.Object({
  revision: count(),
  balanced: Type.Boolean(),
  edge: Type.Object({
    received: count(),
    accepted: count(),
    duplicates: count(),
    rejected: Type.Object({ total: count(), byReason: byReason() }),
    requestsRefused: Type.Object({ total: count(), byReason: byReason() }),
  }),
  stages: Type.Array(StageLedgerSchema),
  aggregated: count(),
  late: count(),
  future: count(),
  deadLettered: count(),
  inFlight: count(),
});

export type Ledger = Static<typeof LedgerSchema>;
export type StageLedger = Static<typeof StageLedgerSchema>;
