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

/** What was measured since it was last asked for. Plain: one thread posts it to another. */
export interface DetectionFigures {
  readonly busyMs: number;
  readonly events: number;
  /** Undefined where nobody runs detection. */
  readonly standing: DetectionStanding | undefined;
}

/** Nobody runs detection. */
export const NO_FIGURES: DetectionFigures = { busyMs: 0, events: 0, standing: undefined };

/**
 * Measures what detection takes. There are two in a worker: the one on the thread of detection counts, and gives what it has to
 * the one of the process, which reports it.
 */
export class DetectionMeter {
  #busyMs = 0;
  #events = 0;
  #standing: () => DetectionStanding | undefined = () => undefined;

  /** Adds time spent computing, and the events that it was spent on. */
  busy(ms: number, events: number): void {
    this.#busyMs += ms;
    this.#events += events;
  }

  /** Names whom to ask for what is not measured here. */
  follow(standing: () => DetectionStanding | undefined): void {
    this.#standing = standing;
  }

  /** Adds what another one measured; how things stand is as it says until it says otherwise. */
  add({ busyMs, events, standing }: DetectionFigures): void {
    this.busy(busyMs, events);
    this.follow(() => standing);
  }

  /** What was measured, and begins anew. */
  take(): DetectionFigures {
    const figures = { busyMs: this.#busyMs, events: this.#events, standing: this.#standing() };
    this.#busyMs = 0;
    this.#events = 0;
    return figures;
  }

  /**
   * What was measured, for a report, and begins the next period. Undefined where nobody runs detection: other workers then take
   * the partitions.
   * @param periodMs length of the period that ends
   */
  rotate(periodMs: number): DetectionReport | undefined {
    const { busyMs, events, standing } = this.take();
    if (standing === undefined) return undefined;
    return {
      ...standing,
      evaluatedPerSecond: (events * 1_000) / Math.max(1, periodMs),
      microsecondsPerEvent: events === 0 ? null : (busyMs * 1_000) / events,
    };
  }
}
