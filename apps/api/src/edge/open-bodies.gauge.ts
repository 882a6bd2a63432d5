import { EDGE_LIMITS } from '../pipeline/topology';
import type { LoadGauge } from './load-gauge';

/** Bytes of bodies that one process holds at a time at the most. */
const MOST_BYTES = 64 * EDGE_LIMITS.bodyBytes;

/** Counts the bytes of requests that are being received or stored, so that slow storage cannot fill the memory. */
export class OpenBodiesGauge implements LoadGauge {
  #bytes = 0;

  /** @param length the announced length; a body without one is taken for the longest */
  opened(length: number | undefined): number {
    const bytes = length === undefined || Number.isNaN(length) ? EDGE_LIMITS.bodyBytes : length;
    this.#bytes += bytes;
    return bytes;
  }

  closed(bytes: number): void {
    this.#bytes -= bytes;
  }

  overloaded(): string | undefined {
    return this.#bytes > MOST_BYTES ? 'too many requests are being stored' : undefined;
  }
}
