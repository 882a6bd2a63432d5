/** What one worker process says of the detection that it runs. Times in ms since the epoch, on the live timeline. */
export interface DetectionReport {
  readonly rules: number;
  /** Partitions that it owns. */
  readonly partitions: number;
  /** Events marked by aggregation and not offered to the rules yet. */
  readonly lag: number;
  readonly evaluatedPerSecond: number;
  /** Microseconds of a core for each event offered; null when there was none. */
  readonly microsecondsPerEvent: number | null;
  /** The lowest of its partitions; null before the first. */
  readonly watermark: number | null;
  /** Over all timelines, since each began. */
  readonly lateForDetection: number;
  readonly evictions: number;
  readonly failures: number;
}

/** The part of a report that is not measured over a period. */
export type DetectionStanding = Omit<DetectionReport, 'evaluatedPerSecond' | 'microsecondsPerEvent'>;

const NOTHING: DetectionStanding = {
  rules: 0,
  partitions: 0,
  lag: 0,
  watermark: null,
  lateForDetection: 0,
  evictions: 0,
  failures: 0,
};

/** Measures what detection takes in one process. */
export class DetectionMeter {
  #busyMs = 0;
  #events = 0;
  #standing: () => DetectionStanding = () => NOTHING;

  /** Adds time spent computing, and the events that it was spent on. */
  busy(ms: number, events: number): void {
    this.#busyMs += ms;
    this.#events += events;
  }

  /** Names whom to ask for what is not measured here. */
  follow(standing: () => DetectionStanding): void {
    this.#standing = standing;
  }

  /** What was measured, and begins the next period. @param periodMs length of the period that ends */
  rotate(periodMs: number): DetectionReport {
    const report = {
      ...this.#standing(),
      evaluatedPerSecond: (this.#events * 1_000) / Math.max(1, periodMs),
      microsecondsPerEvent: this.#events === 0 ? null : (this.#busyMs * 1_000) / this.#events,
    };
    this.#busyMs = 0;
    this.#events = 0;
    return report;
  }
}
