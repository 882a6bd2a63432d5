import type { StagePipeline } from '@watchfloor/contracts';
import { frameAt } from '../../../testing/scene';
import { bottleneck, pipelineView, queueLevel } from './pipeline-view';

const { pipeline } = frameAt(0);

function stages(...over: Partial<StagePipeline>[]): StagePipeline[] {
  return pipeline.stages.map((stage, index) => ({
    ...stage,
    busyShare: 0.2,
    lag: 10,
    lagMs: 20,
    ...over[index],
  }));
}

describe('the pipeline strip', () => {
  it('shows the stages in the order in which events pass them', () => {
    expect(pipelineView(pipeline, []).map(({ name }) => name)).toEqual([
      'Edge',
      'Ingest',
      'Processing',
      'Aggregation',
      'Gateway',
    ]);
  });

  it('fills each queue by its part of what may be in flight', () => {
    const fills = pipelineView(pipeline, []).flatMap(({ queue }) => queue?.fill ?? []);
    expect(fills.reduce((sum, fill) => sum + fill, 0)).toBeCloseTo(pipeline.backPressure.inFlight);
    expect(fills[1]).toBeCloseTo((34_400 / 36_500) * 0.86);
  });

  it('does not know how full a queue is while nothing is in flight', () => {
    const idle = { ...pipeline, stages: stages({ lag: 0 }, { lag: 0 }, { lag: 0 }) };
    expect(pipelineView(idle, []).flatMap(({ queue }) => (queue ? [queue.fill] : []))).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('says n/a for a time that is not known', () => {
    const unknown = { ...pipeline, stages: stages({ p95Ms: null }) };
    expect(pipelineView(unknown, [])[1]?.timing).toBe('p95 n/a');
  });
});

describe('the bottleneck', () => {
  it('is nobody while all are quick', () => {
    expect(bottleneck(stages())).toBeNull();
  });

  it('is the stage furthest behind of those that are busy or late', () => {
    expect(bottleneck(stages({ busyShare: 0.95, lagMs: 300 }, { lagMs: 4_000 }))).toBe('processing');
  });

  it('is not a stage that is busy without anything waiting', () => {
    expect(bottleneck(stages({ busyShare: 1, lag: 0 }))).toBeNull();
  });
});

describe('the level of a queue', () => {
  it.each([
    [0, 'calm'],
    [0.6, 'calm'],
    [0.61, 'filling'],
    [0.85, 'filling'],
    [0.86, 'full'],
    [1, 'full'],
  ] as const)('at %p is %p', (fill, level) => {
    expect(queueLevel(fill)).toBe(level);
  });
});
