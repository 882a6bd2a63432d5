import type { Batch } from '../pipeline/batch/batch';

/** A batch with the bytes of the body that it was read from. */
export interface KeptBatch {
  readonly batch: Batch;
  readonly bytes: number;
}

/** Batches that were read, in memory up to a limit, since an entry never changes: the one used longest ago goes first. */
export class KeptBatches {
  readonly #kept = new Map<string, KeptBatch>();
  #bytes = 0;

  /** @param mostBytes of the bodies that the batches were read from */
  constructor(private readonly mostBytes: number) {}

  /** Bytes of all bodies that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The batch at a place where it is in memory. */
  get(place: string): KeptBatch | undefined {
    const kept = this.#kept.get(place);
    if (kept === undefined) return undefined;
    this.#kept.delete(place);
    this.#kept.set(place, kept);
    return kept;
  }

  /** Keeps a batch at a place that has none. */
  put(place: string, kept: KeptBatch): void {
    if (this.#kept.has(place)) return;
    this.#kept.set(place, kept);
    this.#bytes += kept.bytes;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.mostBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
