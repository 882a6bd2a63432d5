import { LatencyRecord } from './latency-record';

describe('the latency of a batch', () => {
  it('runs from its sending to the update that counts its last event', () => {
    const record = new LatencyRecord(0);
    record.accepted(1_000, 100, true);
    record.counted(999, 150);
    expect(record.isDrained).toBe(false);
    record.counted(1_000, 180);
    expect(record.isDrained).toBe(true);
    expect(record.percentiles()).toEqual({ p50: 80, p95: 80, p99: 80 });
  });

  it('leaves out batches of the warm-up and what was counted before', () => {
    const record = new LatencyRecord(500);
    record.accepted(10, 0, false);
    record.accepted(10, 100, true);
    record.counted(520, 130);
    expect(record.percentiles().p99).toBe(30);
  });

  it('is not known when nothing was measured', () => {
    expect(new LatencyRecord(0).percentiles()).toEqual({ p50: null, p95: null, p99: null });
  });

  it('gives the percentiles of all batches', () => {
    const record = new LatencyRecord(0);
    for (let index = 1; index <= 100; index += 1) record.accepted(1, 0, true);
    for (let total = 1; total <= 100; total += 1) record.counted(total, total);
    expect(record.percentiles()).toEqual({ p50: 50, p95: 95, p99: 99 });
  });
});
