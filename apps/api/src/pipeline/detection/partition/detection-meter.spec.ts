import { DetectionMeter, type DetectionStanding, NO_FIGURES } from './detection-meter';

const standing: DetectionStanding = {
  rules: 59,
  partitions: 4,
  lag: 120,
  watermark: 1_000,
  lateForDetection: 1,
  evictions: 2,
  failures: 3,
};

describe('what detection measured', () => {
  it('is reported as rates over the period', () => {
    const meter = new DetectionMeter();
    meter.follow(() => standing);
    meter.busy(6, 2_000);
    meter.busy(2, 0);
    expect(meter.rotate(500)).toEqual({ ...standing, evaluatedPerSecond: 4_000, microsecondsPerEvent: 4 });
  });

  it('begins anew with each report', () => {
    const meter = new DetectionMeter();
    meter.follow(() => standing);
    meter.busy(6, 2_000);
    meter.rotate(500);
    expect(meter.rotate(500)).toMatchObject({ evaluatedPerSecond: 0, microsecondsPerEvent: null });
  });

  it('is reported in one process as it was measured in several parts on another thread', () => {
    const thread = new DetectionMeter();
    const reported = new DetectionMeter();
    thread.follow(() => standing);
    for (const lag of [300, 120]) {
      thread.follow(() => ({ ...standing, lag }));
      thread.busy(2, 1_000);
      reported.add(structuredClone(thread.take()));
    }
    expect(reported.rotate(1_000)).toEqual({
      ...standing,
      evaluatedPerSecond: 2_000,
      microsecondsPerEvent: 2,
    });
  });

  it('stands as it was told last when nothing was told for a period', () => {
    const reported = new DetectionMeter();
    reported.add({ busyMs: 1, events: 100, standing });
    reported.rotate(1_000);
    expect(reported.rotate(1_000)).toEqual({
      ...standing,
      evaluatedPerSecond: 0,
      microsecondsPerEvent: null,
    });
  });

  it('is no part of a report where nobody runs detection, or nobody does any more', () => {
    const meter = new DetectionMeter();
    expect(meter.rotate(1_000)).toBeUndefined();
    meter.add({ busyMs: 1, events: 100, standing });
    meter.add(NO_FIGURES);
    expect(meter.rotate(1_000)).toBeUndefined();
  });
});
