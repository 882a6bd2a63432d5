import { Value } from '@sinclair/typebox/value';
import { type Ledger, PipelineSchema, type StageLedger } from '@watchfloor/contracts';
import fc from 'fast-check';
import type { ProcessReport } from '../pipeline/worker-report';
import { type PipelineParts, type Sample, toPipeline } from './pipeline-view';
import { aLedger } from './testing';

const NOW = 1_000_000;

const stageLedger = (over: Partial<StageLedger>): StageLedger => ({
  stage: 'ingest',
  in: 0,
  out: 0,
  deadLettered: 0,
  byReason: {},
  pending: 0,
  ...over,
});

/** A ledger whose ingest stage has these figures. */
const ledgerOfIngest = (over: Partial<StageLedger>): Partial<Ledger> => ({
  stages: [stageLedger(over), ...aLedger().stages.slice(1)],
});

const sample = (
  at: number,
  ledger: Partial<Ledger> = {},
  oldest: Sample['reading']['oldest'] = {},
): Sample => ({
  at,
  reading: { ledger: aLedger(ledger), oldest, lateOn: new Map([['case-1', 3]]) },
});

const report = (over: Partial<ProcessReport>): ProcessReport => ({
  roles: ['worker'],
  host: 'host-1',
  pid: 1,
  startedAt: 1,
  at: NOW,
  stages: {},
  edgeP95Ms: null,
  ...over,
});

const parts = (over: Partial<PipelineParts> = {}): PipelineParts => ({
  newest: sample(NOW),
  earlier: undefined,
  processes: [],
  queues: [],
  watermark: undefined,
  timelines: [],
  gateway: { clients: 0, framesPerSecond: 0, skippedFrames: 0 },
  partitions: 4,
  backPressure: { inFlight: 0, memory: null },
  dedupe: { idSpanMs: 0, keySpanMs: 0, maxIds: 0 },
  ...over,
});

const received = (count: number): Partial<Ledger> => ({ edge: { ...aLedger().edge, received: count } });

describe('rates', () => {
  it('are means between the two samples', () => {
    const earlier = sample(NOW - 2_000, { ...received(100), ...ledgerOfIngest({ in: 10, out: 8 }) });
    const newest = sample(NOW, { ...received(400), ...ledgerOfIngest({ in: 30, out: 18, deadLettered: 5 }) });
    const { edge, stages } = toPipeline(parts({ earlier, newest }));
    expect(edge.receivedPerSecond).toBe(150);
    expect(stages[0]).toMatchObject({ inPerSecond: 10, outPerSecond: 5, deadLetteredPerSecond: 2.5 });
  });

  it('are zero right after the start, between two looks at one instant and when figures fall', () => {
    const newest = sample(NOW, received(400));
    for (const earlier of [undefined, sample(NOW, received(100)), sample(NOW - 1_000, received(900))]) {
      expect(toPipeline(parts({ newest, earlier })).edge.receivedPerSecond).toBe(0);
    }
  });
});

describe('what is not known', () => {
  it('is null', () => {
    const { edge, stages } = toPipeline(parts());
    expect(edge.p95Ms).toBeNull();
    for (const stage of stages) {
      expect(stage).toMatchObject({ p50Ms: null, p95Ms: null, busyShare: null });
      expect(stage).toMatchObject({ watermark: null, watermarkLagMs: null });
    }
  });

  it('is never NaN, whatever was counted and reported', () => {
    const time = fc.integer({ min: 0, max: 10_000 });
    const ms = fc.option(fc.nat(60_000));
    const reports = fc
      .record({ p50Ms: ms, p95Ms: ms, edgeP95Ms: ms })
      .map(({ edgeP95Ms, ...latency }) =>
        report({ edgeP95Ms, stages: { ingest: { ...latency, busyShare: 0.5, events: 1 } } }),
      );
    const samples = fc
      .record({ at: time, count: fc.nat() })
      .map(({ at, count }) => sample(at, { ...received(count), ...ledgerOfIngest({ in: count }) }));
    fc.assert(
      fc.property(
        samples,
        fc.option(samples, { nil: undefined }),
        fc.array(reports),
        (newest, earlier, processes) => {
          const pipeline = toPipeline(parts({ newest, earlier, processes }));
          expect([...Value.Errors(PipelineSchema, pipeline)]).toEqual([]);
        },
      ),
    );
  });
});

describe('what processes report', () => {
  it('is shown at the highest of them, so that a stuck one is not averaged away', () => {
    const slow = { p50Ms: 40, p95Ms: 9_000, busyShare: 0.2, events: 1 };
    const quick = { p50Ms: 50, p95Ms: 60, busyShare: 0.9, events: 500 };
    const idle = { p50Ms: null, p95Ms: null, busyShare: 0, events: 0 };
    const processes = [slow, quick, idle].map((ingest) => report({ stages: { ingest } }));
    const { stages } = toPipeline(parts({ processes }));
    expect(stages[0]).toMatchObject({ p50Ms: 50, p95Ms: 9_000, busyShare: 0.9 });
    expect(stages[1]).toMatchObject({ p50Ms: null, busyShare: null });
  });

  it('gives one row for each role of a process', () => {
    const processes = [report({ roles: ['edge', 'worker'], pid: 7 }), report({ roles: ['gateway'], pid: 8 })];
    const { workers } = toPipeline(parts({ processes }));
    expect(workers.map(({ role, pid }) => [role, pid])).toEqual([
      ['edge', 7],
      ['worker', 7],
      ['gateway', 8],
    ]);
  });
});

describe('a stage', () => {
  it('lags by its pending events and the age of the oldest', () => {
    const newest = sample(NOW, ledgerOfIngest({ pending: 12 }), { ingest: NOW - 750 });
    const [ingest, processing] = toPipeline(parts({ newest })).stages;
    expect(ingest).toMatchObject({ lag: 12, lagMs: 750 });
    expect(processing).toMatchObject({ lag: 0, lagMs: 0 });
  });

  it('does not lag by less than nothing when the clock of Redis is ahead', () => {
    const newest = sample(NOW, {}, { ingest: NOW + 50 });
    expect(toPipeline(parts({ newest })).stages[0]?.lagMs).toBe(0);
  });

  it('has a watermark when it is aggregation, with its distance from now', () => {
    const { stages } = toPipeline(parts({ watermark: NOW - 300 }));
    expect(stages.map(({ stage, watermark, watermarkLagMs }) => [stage, watermark, watermarkLagMs])).toEqual([
      ['ingest', null, null],
      ['processing', null, null],
      ['aggregation', NOW - 300, 300],
    ]);
  });

  it('has the orders of its queue pending, waiting and active', () => {
    const queue = { waiting: 3, active: 2, completed: 90, failed: 1 };
    const { stages } = toPipeline(parts({ queues: [{ name: 'aggregation', ...queue }] }));
    expect(stages.map(({ pending }) => pending)).toEqual([0, 0, 5]);
  });
});

it('adds up dead letters by reason over the stages', () => {
  const stages = [{ malformed: 2, too_old: 1 }, { malformed: 3 }].map((byReason) =>
    stageLedger({ byReason }),
  );
  const newest = sample(NOW, { stages, deadLettered: 6 });
  expect(toPipeline(parts({ newest })).deadLetters).toEqual({
    total: 6,
    byReason: { malformed: 5, too_old: 1 },
  });
});

describe('event time on the timelines', () => {
  it('lags behind the clock when live, behind the furthest event when recorded, and is unknown before the first', () => {
    const timelines = [
      { name: 'live', watermark: 7_000, highest: 12_000 },
      { name: 'case-1', watermark: 1_000, highest: 6_000 },
      { name: 'case-2', watermark: undefined, highest: undefined },
    ];
    expect(toPipeline(parts({ newest: sample(10_000), timelines })).timelines).toEqual([
      { name: 'live', watermark: 7_000, watermarkLagMs: 3_000, late: 0 },
      { name: 'case-1', watermark: 1_000, watermarkLagMs: 5_000, late: 3 },
      { name: 'case-2', watermark: null, watermarkLagMs: null, late: 0 },
    ]);
  });
});
