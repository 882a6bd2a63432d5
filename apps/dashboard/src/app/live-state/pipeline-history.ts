import type { Pipeline } from '@watchfloor/contracts';

/** What one second of the pipeline looked like: rates in events/s and lags in events, by stage. */
export interface PipelineSample {
  readonly at: number;
  readonly receivedPerSecond: number;
  readonly framesPerSecond: number;
  readonly deadLetters: number;
  readonly stages: Readonly<Record<string, { readonly outPerSecond: number; readonly lag: number }>>;
}

export type PipelineHistory = readonly PipelineSample[];

const SPACING_MS = 1_000;
const SPAN_MS = 60_000;

/** The history with one more second; unchanged (the same array) when the last sample is younger than a second. */
export function appendSample(history: PipelineHistory, pipeline: Pipeline): PipelineHistory {
  const last = history.at(-1);
  const restarted = last !== undefined && pipeline.at < last.at;
  if (last !== undefined && !restarted && pipeline.at - last.at < SPACING_MS) return history;
  const kept = restarted ? [] : history.filter(({ at }) => at > pipeline.at - SPAN_MS);
  return [...kept, sample(pipeline)];
}

/** Dead letters of the last minute, as far as the history reaches. */
export function recentDeadLetters(history: PipelineHistory): number {
  const [first] = history;
  const last = history.at(-1);
  return first && last ? Math.max(0, last.deadLetters - first.deadLetters) : 0;
}

function sample(pipeline: Pipeline): PipelineSample {
  return {
    at: pipeline.at,
    receivedPerSecond: pipeline.edge.receivedPerSecond,
    framesPerSecond: pipeline.gateway.framesPerSecond,
    deadLetters: pipeline.deadLetters.total,
    stages: Object.fromEntries(
      pipeline.stages.map(({ stage, outPerSecond, lag }) => [stage, { outPerSecond, lag }]),
    ),
  };
}
