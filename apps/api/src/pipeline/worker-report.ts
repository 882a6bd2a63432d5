import type { Stage } from '@watchfloor/contracts';
import type { DetectionReport } from './detection/partition/detection-meter';
import type { StageReport } from './stage-statistics';

/** What one process says of itself about once a second, under its own field of the `processes` hash. */
export interface ProcessReport {
  readonly roles: readonly string[];
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  /** When this was written, in ms since the epoch. */
  readonly at: number;
  readonly stages: Partial<Record<Stage, StageReport>>;
  /** Only of a worker that runs detection, and not while its thread is away. */
  readonly detection?: DetectionReport;
  /** 95th percentile of the time to answer a request at the edge, in ms; null without requests. */
  readonly edgeP95Ms: number | null;
}

/** A process that has not reported for this long is gone, in ms. */
export const REPORT_EXPIRES_MS = 5_000;

export const REPORT_EVERY_MS = 1_000;
