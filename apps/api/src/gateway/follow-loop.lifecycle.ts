/** What a loop does, how often, and whom it tells when that failed. */
interface Following {
  readonly follow: () => Promise<void>;
  /** Pause behind each round, in ms. */
  readonly everyMs: number;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Follows something that is written elsewhere: one round after another, and in turn with whatever else must not happen during
 * one. A failed round is followed by the next.
 */
export class FollowLoop {
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(private readonly following: Following) {}

  /** Begins the first round, at once or after so many ms. */
  start(afterMs = 0): void {
    this.#schedule(afterMs);
  }

  /** Ends behind the round that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#work;
  }

  /** Does something between two rounds. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  #schedule(afterMs: number): void {
    const { follow, everyMs, onFailure } = this.following;
    this.#timer = setTimeout(() => {
      void this.inTurn(follow)
        .catch((error: unknown) => {
          if (!this.#stopped) onFailure(error);
        })
        .finally(() => {
          if (!this.#stopped) this.#schedule(everyMs);
        });
    }, afterMs);
  }
}
