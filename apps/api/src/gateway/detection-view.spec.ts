import type { ProcessReport } from '../pipeline/worker-report';
import { toDetection } from './detection-view';

const alerts = { raised: 7, byStatus: { open: 3, acknowledged: 1, closed: 3 } };

function workerWith(detection: Partial<NonNullable<ProcessReport['detection']>>): ProcessReport {
  const report = {
    rules: 56,
    partitions: 4,
    lag: 0,
    evaluatedPerSecond: 0,
    microsecondsPerEvent: null,
    watermark: null,
    lateForDetection: 0,
    evictions: 0,
    failures: 0,
    ...detection,
  };
  return {
    roles: ['worker'],
    host: 'h',
    pid: 1,
    startedAt: 0,
    at: 0,
    stages: {},
    edgeP95Ms: null,
    detection: report,
  };
}

describe('detection on the screens', () => {
  it('is absent where no worker runs it', () => {
    expect(toDetection([], alerts, 0)).toBeUndefined();
  });

  it('is the sum over the workers, as far as the slowest of them', () => {
    const processes = [
      workerWith({ lag: 100, lateForDetection: 1, watermark: 5_000 }),
      workerWith({ lag: 50, evictions: 2, failures: 3, watermark: 4_000 }),
    ];
    expect(toDetection(processes, alerts, 10_000)).toMatchObject({
      rules: 56,
      lag: 150,
      lateForDetection: 1,
      evictions: 2,
      failures: 3,
      watermark: 4_000,
      watermarkLagMs: 6_000,
      alerts: { open: 3, raised: 7 },
    });
  });

  it('costs an event what it costs on the mean over all events', () => {
    const processes = [
      workerWith({ evaluatedPerSecond: 900, microsecondsPerEvent: 2 }),
      workerWith({ evaluatedPerSecond: 100, microsecondsPerEvent: 12 }),
      workerWith({ evaluatedPerSecond: 0, microsecondsPerEvent: null }),
    ];
    expect(toDetection(processes, alerts, 0)).toMatchObject({
      evaluatedPerSecond: 1_000,
      microsecondsPerEvent: 3,
    });
  });

  it('knows neither cost nor watermark before the first event', () => {
    expect(toDetection([workerWith({})], alerts, 0)).toMatchObject({
      microsecondsPerEvent: null,
      watermark: null,
      watermarkLagMs: null,
    });
  });
});
