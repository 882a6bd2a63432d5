/** The stages in pipeline order: each is one BullMQ queue with its consumers. */
export const STAGES = ['ingest', 'processing', 'aggregation'] as const;

export type Stage = (typeof STAGES)[number];
