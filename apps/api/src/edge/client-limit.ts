/** Clients that are remembered at a time; one that has been quiet needs no remembering. */
const MOST_CLIENTS = 10_000;

/** What a client may send at once after a pause, in ms of its rate. */
const BURST_MS = 1_000;

/**
 * Requests a second of each client, by the generic cell rate algorithm (ITU-T I.371): one number a client, the time up to
 * which its requests so far pay for themselves. Where more clients are at their limit than are remembered, the one that
 * has been known longest is forgotten, and may send a burst more.
 */
export class ClientLimit {
  readonly #paidUntil = new Map<string, number>();
  readonly #costMs: number;

  constructor(
    requestsPerSecond: number,
    private readonly mostClients = MOST_CLIENTS,
  ) {
    this.#costMs = 1_000 / requestsPerSecond;
  }

  /** Clients remembered at the moment. */
  get clients(): number {
    return this.#paidUntil.size;
  }

  /**
   * Takes a request of a client, or answers for how many ms it has to wait; 0 when it was taken.
   * @param now in ms, of a clock that does not go back
   */
  take(client: string, now: number): number {
    const paid = Math.max(this.#paidUntil.get(client) ?? now, now) + this.#costMs;
    const early = paid - now - BURST_MS;
    // Sums of fractions: the last request of a burst must not fail by a rounding error.
    if (early > 1e-6) return early;
    if (this.#paidUntil.size >= this.mostClients && !this.#paidUntil.has(client)) this.#makeRoom(now);
    this.#paidUntil.set(client, paid);
    return 0;
  }

  #makeRoom(now: number): void {
    for (const [client, paid] of this.#paidUntil) if (paid <= now) this.#paidUntil.delete(client);
    const [longest] = this.#paidUntil.keys();
    if (longest !== undefined && this.#paidUntil.size >= this.mostClients) this.#paidUntil.delete(longest);
  }
}
