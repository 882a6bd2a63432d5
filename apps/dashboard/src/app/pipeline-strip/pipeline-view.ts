import type { Pipeline, StagePipeline } from '@watchfloor/contracts';
import { compactCount, durationOrUnknown, exactCount } from '../figures/figures';
import type { PipelineHistory } from '../live-state/pipeline-history';
import { predictFull, type FillPrediction } from './fill-prediction';

/** How full a queue is by the thresholds of NiFi: calm up to 60 %, filling up to 85 %, full above. */
export type QueueLevel = 'calm' | 'filling' | 'full';

/** What waits before a stage. */
export interface QueueView {
  readonly waiting: number;
  readonly label: string;
  /** Share (0-1) of the limit at which the edge starts to refuse; null when the limit is not known. */
  readonly fill: number | null;
  readonly level: QueueLevel;
  readonly prediction: FillPrediction | null;
}

export interface StageView {
  readonly name: string;
  readonly steps: string;
  readonly rate: string;
  readonly rateUnit: string;
  readonly timing: string;
  readonly busyShare: number | null;
  readonly trend: readonly number[];
  /** The queue in front of it; null for the first. */
  readonly queue: QueueView | null;
  readonly bottleneck: boolean;
}

const BUSY_ENOUGH = 0.8;
const SLOW_ENOUGH_MS = 2_000;

/** The stage that holds the others up: busy or seconds behind, the furthest behind of those; null when none is. */
export function bottleneck(stages: readonly StagePipeline[]): string | null {
  const slow = stages.filter(
    ({ busyShare, lagMs, lag }) => (lag > 0 && (busyShare ?? 0) >= BUSY_ENOUGH) || lagMs >= SLOW_ENOUGH_MS,
  );
  const [worst] = [...slow].sort((a, b) => b.lagMs - a.lagMs || (b.busyShare ?? 0) - (a.busyShare ?? 0));
  return worst?.stage ?? null;
}

export function queueLevel(fill: number): QueueLevel {
  if (fill <= 0.6) return 'calm';
  return fill <= 0.85 ? 'filling' : 'full';
}

/** The stages of the strip in the order in which events pass them: edge, the pipeline's own, gateway. */
export function pipelineView(pipeline: Pipeline, history: PipelineHistory): StageView[] {
  const slowest = bottleneck(pipeline.stages);
  return [
    edgeView(pipeline, history),
    ...pipeline.stages.map((stage) => stageView(stage, pipeline, history, slowest)),
    gatewayView(pipeline, history),
  ];
}

function edgeView({ edge }: Pipeline, history: PipelineHistory): StageView {
  const refused = edge.refusedPerSecond > 0 ? `, ${compactCount(edge.refusedPerSecond)}/s refused` : '';
  return {
    name: 'Edge',
    steps: 'validate, append',
    rate: compactCount(edge.acceptedPerSecond),
    rateUnit: '/s',
    timing: `p95 ${durationOrUnknown(edge.p95Ms)}${refused}`,
    busyShare: null,
    trend: history.map(({ receivedPerSecond }) => receivedPerSecond),
    queue: null,
    bottleneck: false,
  };
}

function stageView(
  stage: StagePipeline,
  pipeline: Pipeline,
  history: PipelineHistory,
  slowest: string | null,
): StageView {
  return {
    name: stage.stage.charAt(0).toUpperCase() + stage.stage.slice(1),
    steps: stage.steps.join(', '),
    rate: compactCount(stage.outPerSecond),
    rateUnit: '/s',
    timing: `p95 ${durationOrUnknown(stage.p95Ms)}`,
    busyShare: stage.busyShare,
    trend: history.map(({ stages }) => stages[stage.stage]?.outPerSecond ?? 0),
    queue: queueView(stage, pipeline, history),
    bottleneck: stage.stage === slowest,
  };
}

/** The gateway reads committed state, so nothing queues before it: frames that slow clients miss are skipped. */
function gatewayView({ gateway }: Pipeline, history: PipelineHistory): StageView {
  const skipped = gateway.skippedFrames > 0 ? `, ${exactCount(gateway.skippedFrames)} skipped` : '';
  return {
    name: 'Gateway',
    steps: 'frames to screens',
    rate: compactCount(Math.round(gateway.framesPerSecond * 10) / 10),
    rateUnit: ' frames/s',
    timing: `${exactCount(gateway.clients)} ${gateway.clients === 1 ? 'screen' : 'screens'}${skipped}`,
    busyShare: null,
    trend: history.map(({ framesPerSecond }) => framesPerSecond),
    queue: null,
    bottleneck: false,
  };
}

function queueView(stage: StagePipeline, pipeline: Pipeline, history: PipelineHistory): QueueView {
  const limit = inFlightLimit(pipeline);
  const fill = limit === null ? null : Math.min(1, stage.lag / limit);
  const samples = history.map(({ at, stages }) => ({ at, waiting: stages[stage.stage]?.lag ?? 0 }));
  return {
    waiting: stage.lag,
    label: compactCount(stage.lag),
    fill,
    level: queueLevel(fill ?? 0),
    prediction: limit === null ? null : predictFull(samples, limit),
  };
}

/** The number of waiting events at which the edge refuses: what waits now, divided by the share that it is. */
function inFlightLimit({ stages, backPressure }: Pipeline): number | null {
  const waiting = stages.reduce((sum, { lag }) => sum + lag, 0);
  return waiting > 0 && backPressure.inFlight > 0 ? waiting / backPressure.inFlight : null;
}
