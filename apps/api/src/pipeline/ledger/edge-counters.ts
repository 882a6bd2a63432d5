/** Counters of the edge in each partition's ledger hash. All but `refused` count events. */
export const edgeCounters = {
  received: 'edge.received',
  accepted: 'edge.accepted',
  duplicates: 'edge.duplicates',
  rejected: 'edge.rejected',
  rejectedFor: (code: string): string => `edge.rejected:${code}`,
  /** Requests refused as a whole; only in partition 0. */
  refused: 'edge.refused',
  refusedFor: (code: string): string => `edge.refused:${code}`,
  /** Fields of ECS that the schema does not keep; only in partition 0. */
  droppedFields: 'edge.dropped_fields',
} as const;
