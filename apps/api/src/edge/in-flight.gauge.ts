import { type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { LedgerStore } from '../pipeline/ledger/ledger.store';
import { EDGE_LIMITS } from '../pipeline/topology';
import type { LoadGauge, LoadGauges } from './load-gauge';

const LOOK_EVERY_MS = 500;

/** Closes the door while too many events are between it and the aggregates. */
export class InFlightGauge implements LoadGauge, OnApplicationBootstrap, BeforeApplicationShutdown {
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ledgers: LedgerStore,
    private readonly maxInFlightEvents: number,
    private readonly gauges: LoadGauges,
  ) {}

  onApplicationBootstrap(): void {
    this.gauges.add(this);
    this.#schedule();
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  overloaded(): string | undefined {
    if (this.#inFlight <= this.maxInFlightEvents * EDGE_LIMITS.shedAt) return undefined;
    return `${this.#inFlight} events are on their way through the pipeline; the limit is ${this.maxInFlightEvents}`;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      this.#inFlight = (await this.ledgers.read()).ledger.inFlight;
    } catch {
      // Without an answer the last one stands; a store that is away closes the door by itself.
    }
    if (this.#timer !== undefined) this.#schedule();
  }
}
