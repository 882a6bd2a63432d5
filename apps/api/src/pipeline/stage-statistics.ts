import type { Stage } from '@watchfloor/contracts';
import { build, type Histogram } from 'hdr-histogram-js';

/** Latencies are kept to 60 s with two digits: about 15 KB a histogram. */
const newHistogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000, numberOfSignificantValueDigits: 2 });

/** What one worker process says of one stage. `null` = nothing happened in the last two periods. */
export interface StageReport {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Share of the process's time spent computing in this stage, 0-1. */
  readonly busyShare: number;
  readonly events: number;
}

/** Measures one stage in one process over the current and the last period. */
export class StageStatistics {
  #current = newHistogram();
  #previous = newHistogram();
  #busyMs = 0;
  #events = 0;

  /** @param latencyMs from the arrival of the segment's first entry in the stage's input to its commit */
  record(events: number, latencyMs: number, busyMs: number): void {
    this.#current.recordValue(Math.min(60_000, Math.max(0, Math.round(latencyMs))));
    this.#busyMs += busyMs;
    this.#events += events;
  }

  /** What was measured, and begins the next period. @param periodMs length of the period that ends */
  rotate(periodMs: number): StageReport {
    const merged = newHistogram();
    merged.add(this.#previous);
    merged.add(this.#current);
    const report = {
      p50Ms: merged.totalCount === 0 ? null : merged.getValueAtPercentile(50),
      p95Ms: merged.totalCount === 0 ? null : merged.getValueAtPercentile(95),
      busyShare: Math.min(1, this.#busyMs / Math.max(1, periodMs)),
      events: this.#events,
    };
    this.#previous = this.#current;
    this.#current = newHistogram();
    this.#busyMs = 0;
    this.#events = 0;
    return report;
  }
}

/** The statistics of all stages of this process. */
export type Statistics = ReadonlyMap<Stage, StageStatistics>;

/** Time to answer at the edge in this process, over the current and the last period. */
export class EdgeLatency {
  readonly #statistics = new StageStatistics();

  record(latencyMs: number): void {
    this.#statistics.record(1, latencyMs, 0);
  }

  /** 95th percentile in ms, null without requests; begins the next period. */
  rotate(): number | null {
    return this.#statistics.rotate(1_000).p95Ms;
  }
}
