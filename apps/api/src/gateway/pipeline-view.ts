import {
  type DetectionPipeline,
  type Ledger,
  type Pipeline,
  type Stage,
  type StagePipeline,
  STAGES,
  type TimelinePipeline,
} from '@watchfloor/contracts';
import type { LedgerReading } from '../pipeline/ledger/ledger.store';
import { LIVE_TIMELINE, stageRow } from '../pipeline/topology';
import type { ProcessReport } from '../pipeline/worker-report';
import type { TimelineTimes } from './timeline-times.store';

/** One look at the ledger with its time in ms since the epoch. */
export interface Sample {
  readonly at: number;
  readonly reading: LedgerReading;
}

/** What was seen around the newest sample. */
export interface PipelineParts {
  readonly newest: Sample;
  /** The sample that rates are measured against; absent right after the start. */
  readonly earlier: Sample | undefined;
  readonly processes: readonly ProcessReport[];
  readonly queues: Pipeline['queues'];
  readonly watermark: number | undefined;
  readonly timelines: readonly TimelineTimes[];
  /** Absent where no worker runs it. */
  readonly detection?: DetectionPipeline | undefined;
  readonly gateway: Pipeline['gateway'];
  readonly partitions: number;
  readonly backPressure: Pipeline['backPressure'];
  readonly dedupe: Pipeline['dedupe'];
}

/** The state of the pipeline as screens show it. Rates are means between two samples; unknown is null, never NaN. */
export function toPipeline(parts: PipelineParts): Pipeline {
  const { newest, earlier, processes, queues, detection, gateway, partitions, backPressure, dedupe } = parts;
  const { ledger } = newest.reading;
  const perSecond = (count: (ledger: Ledger) => number): number => rate(newest, earlier, count);
  return {
    revision: ledger.revision,
    at: newest.at,
    partitions,
    stages: STAGES.map((stage) => toStage(stage, parts)),
    edge: {
      receivedPerSecond: perSecond((one) => one.edge.received),
      acceptedPerSecond: perSecond((one) => one.edge.accepted),
      refusedPerSecond: perSecond((one) => one.edge.requestsRefused.total),
      p95Ms: highest(processes.map((process) => process.edgeP95Ms)),
    },
    gateway,
    queues,
    workers: processes.flatMap(({ roles, host, pid, startedAt }) =>
      roles.map((role) => ({ role, host, pid, startedAt })),
    ),
    late: ledger.late,
    future: ledger.future,
    timelines: parts.timelines.map((times) => toTimeline(times, newest)),
    ...(detection ? { detection } : {}),
    deadLetters: { total: ledger.deadLettered, byReason: deadLettersByReason(ledger) },
    backPressure,
    dedupe,
  };
}

function toTimeline({ name, watermark, highest }: TimelineTimes, { at, reading }: Sample): TimelinePipeline {
  // A recorded timeline has no clock but its events.
  const reference = name === LIVE_TIMELINE ? at : highest;
  return {
    name,
    watermark: watermark ?? null,
    watermarkLagMs: watermark === undefined || reference === undefined ? null : reference - watermark,
    late: reading.lateOn.get(name) ?? 0,
  };
}

function toStage(
  stage: Stage,
  { newest, earlier, processes, queues, watermark }: PipelineParts,
): StagePipeline {
  const { ledger, oldest } = newest.reading;
  const index = STAGES.indexOf(stage);
  const { steps, queue } = stageRow(stage);
  const reports = processes.flatMap((process) => process.stages[stage] ?? []);
  const lag = ledger.stages[index]?.pending ?? 0;
  const since = oldest[stage];
  const perSecond = (key: 'in' | 'out' | 'deadLettered'): number =>
    rate(newest, earlier, (one) => one.stages[index]?.[key] ?? 0);
  const orders = queues.find((one) => one.name === queue);
  const reached = stage === 'aggregation' ? watermark : undefined;
  return {
    stage,
    steps: [...steps],
    inPerSecond: perSecond('in'),
    outPerSecond: perSecond('out'),
    deadLetteredPerSecond: perSecond('deadLettered'),
    p50Ms: highest(reports.map((report) => report.p50Ms)),
    p95Ms: highest(reports.map((report) => report.p95Ms)),
    busyShare: highest(reports.map((report) => report.busyShare)),
    lag,
    lagMs: since === undefined ? 0 : Math.max(0, newest.at - since),
    pending: (orders?.waiting ?? 0) + (orders?.active ?? 0),
    watermark: reached ?? null,
    watermarkLagMs: reached === undefined ? null : newest.at - reached,
  };
}

function rate(newest: Sample, earlier: Sample | undefined, count: (ledger: Ledger) => number): number {
  if (!earlier || newest.at <= earlier.at) return 0;
  const gained = count(newest.reading.ledger) - count(earlier.reading.ledger);
  return Math.max(0, (gained * 1_000) / (newest.at - earlier.at));
}

/** The highest known value: an average over workers would hide the one that is stuck. */
function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function deadLettersByReason(ledger: Ledger): Record<string, number> {
  const byReason: Record<string, number> = {};
  for (const stage of ledger.stages) {
    for (const [reason, count] of Object.entries(stage.byReason))
      byReason[reason] = (byReason[reason] ?? 0) + count;
  }
  return byReason;
}
