import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { bodyAt, type BenchBatch } from './bench-lines';

/** What became of the sending of one batch. */
export interface Sent {
  /** Events that the edge acknowledged. */
  readonly accepted: number;
  /** When it was sent, or should have been: a batch that waits for a free connection is late, not absent. Ms, monotonic. */
  readonly sentAt: number;
}

/** How fast: as fast as it is accepted, or this many events a second. */
export type Rate = 'max' | number;

export interface DriverOptions {
  /** Base URL of the edge. */
  readonly edge: string;
  readonly batches: readonly BenchBatch[];
  readonly connections: number;
  readonly rate: Rate;
  /** Starts every Idempotency-Key. */
  readonly run: string;
}

/** Sends prepared batches to `POST /api/v1/logs/{dataset}`; a refused one again under the same key after what Retry-After says. */
export class BenchDriver {
  private readonly pool: Pool;
  private next = 0;
  /** Requests that were refused for the moment (429, 503). */
  refusals = 0;

  constructor(private readonly options: DriverOptions) {
    this.pool = new Pool(options.edge, { connections: options.connections, pipelining: 1 });
  }

  /** Sends for `durationMs`; resolves when every request is answered. `onSent` gets each batch that was stored. */
  async drive(durationMs: number, onSent: (sent: Sent) => void): Promise<void> {
    const until = performance.now() + durationMs;
    const schedule = this.schedule(performance.now());
    await Promise.all(
      Array.from({ length: this.options.connections }, () => this.lane(until, schedule, onSent)),
    );
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async lane(until: number, due: () => number, onSent: (sent: Sent) => void): Promise<void> {
    for (;;) {
      const sentAt = due();
      if (sentAt >= until) return;
      const waitMs = sentAt - performance.now();
      if (waitMs > 0) await delay(waitMs);
      onSent({ accepted: await this.send(this.next++), sentAt });
      if (performance.now() >= until && this.options.rate === 'max') return;
    }
  }

  /** When the next batch is due: at once, or at its place in an even sequence. */
  private schedule(began: number): () => number {
    const { rate, batches } = this.options;
    if (rate === 'max') return () => performance.now();
    const periodMs = ((batches[0]?.lines ?? 0) * 1000) / rate;
    let index = 0;
    return () => began + index++ * periodMs;
  }

  private async send(number: number): Promise<number> {
    const batch = this.options.batches[number % this.options.batches.length];
    if (batch === undefined) throw new RangeError('The benchmark has no batches.');
    for (;;) {
      const { statusCode, headers, body } = await this.pool.request({
        path: `/api/v1/logs/${batch.dataset}`,
        method: 'POST',
        headers: { 'content-type': 'text/plain', 'idempotency-key': `${this.options.run}-${number}` },
        body: bodyAt(batch, Date.now()),
      });
      const text = await body.text();
      if (statusCode === 202) return (JSON.parse(text) as { accepted: number }).accepted;
      if (statusCode !== 429 && statusCode !== 503)
        throw new Error(`The edge answered ${statusCode}: ${text}`);
      this.refusals += 1;
      await delay(Number(headers['retry-after'] ?? 1) * 1000);
    }
  }
}
