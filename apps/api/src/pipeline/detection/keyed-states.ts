/** What is kept for a key. `touched` is the turn of its last change; it restores the order after a restart. */
export interface Keyed {
  touched: number;
}

/** How much state is kept. `tracked` notes what changed, for storing it; then `takeChanges` must be called. */
export interface StateBounds {
  readonly limit: number;
  readonly tracked: boolean;
}

/** One changed state, to be stored or (null) removed under its key. */
export interface StateChange<S> {
  readonly key: string;
  readonly state: S | null;
}

/**
 * State by key, at most `bounds.limit` keys: beyond that the key that was longest without an event goes, and is counted.
 * Keys are kept in the order of their last event, so the next one to expire is always the first.
 */
export class KeyedStates<S extends Keyed> {
  private readonly states = new Map<string, S>();
  private readonly changed = new Set<string>();
  private turn = 0;
  /** Keys that were dropped because there were too many. */
  evictions = 0;

  constructor(readonly bounds: StateBounds) {}

  get size(): number {
    return this.states.size;
  }

  get(key: string): S | undefined {
    return this.states.get(key);
  }

  /** Stores the state and moves the key to the end of the order. */
  set(key: string, state: S): void {
    this.states.delete(key);
    if (this.states.size >= this.bounds.limit) this.evictOldest();
    this.turn += 1;
    state.touched = this.turn;
    this.states.set(key, state);
    if (this.bounds.tracked) this.changed.add(key);
  }

  delete(key: string): void {
    if (this.states.delete(key) && this.bounds.tracked) this.changed.add(key);
  }

  /** The key that was longest without an event. */
  oldest(): [string, S] | undefined {
    const first = this.states.entries().next();
    return first.done === true ? undefined : first.value;
  }

  /** All states, longest without an event first. */
  entries(): IterableIterator<[string, S]> {
    return this.states.entries();
  }

  /** What changed since the last call. */
  takeChanges(): StateChange<S>[] {
    const changes = [...this.changed].map((key) => ({ key, state: this.states.get(key) ?? null }));
    this.changed.clear();
    return changes;
  }

  /** Puts stored states back, in any order. */
  restore(stored: readonly (readonly [string, S])[]): void {
    for (const [key, state] of [...stored].sort((a, b) => a[1].touched - b[1].touched)) {
      this.states.set(key, state);
      this.turn = Math.max(this.turn, state.touched);
    }
  }

  private evictOldest(): void {
    const oldest = this.states.keys().next();
    if (oldest.done === true) return;
    this.delete(oldest.value);
    this.evictions += 1;
  }
}
