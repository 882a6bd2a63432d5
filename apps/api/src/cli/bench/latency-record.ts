/** Percentiles in ms over all measured batches; null when nothing was measured. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/**
 * Matches what was sent with what was counted, by number: the n-th event sent is taken for the n-th counted. That needs no
 * mark in the events and is exact in the sum; batches that overtake each other exchange their latencies.
 * Times are ms of one clock.
 */
export class LatencyRecord {
  private readonly waiting: { upTo: number; sentAt: number; measured: boolean }[] = [];
  private next = 0;
  private sent: number;
  private readonly latencies: number[] = [];

  /** @param counted events that were counted before the first was sent */
  constructor(counted: number) {
    this.sent = counted;
  }

  /** A batch was accepted; `events` of it will be counted. `measured` is false while warming up. */
  accepted(events: number, sentAt: number, measured: boolean): void {
    this.sent += events;
    this.waiting.push({ upTo: this.sent, sentAt, measured });
  }

  /** `total` events have been counted so far. */
  counted(total: number, at: number): void {
    for (let batch = this.waiting[this.next]; batch !== undefined; batch = this.waiting[this.next]) {
      if (batch.upTo > total) return;
      if (batch.measured) this.latencies.push(at - batch.sentAt);
      this.next += 1;
    }
  }

  /** Events that were accepted and have not been counted yet belong to batches; true when there are none. */
  get isDrained(): boolean {
    return this.next === this.waiting.length;
  }

  percentiles(): Percentiles {
    const sorted = Float64Array.from(this.latencies).sort();
    const at = (share: number) => {
      const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
      return value === undefined ? null : Math.round(value * 10) / 10;
    };
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
