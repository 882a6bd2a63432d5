/** What is kept for a key. `touched` is the turn in which the key came; it restores the order after a restart. */
export interface Keyed {
  touched: number;
}

/** How much state is kept. `tracked` notes what changed, for storing it; then `takeChanges` must be called. */
export interface StateBounds {
  readonly limit: number;
  readonly tracked: boolean;
}

/** One changed state, to be stored or (null) removed under its key. */
export interface StateChange {
  readonly key: string;
  readonly state: Keyed | null;
}

/** State that can be stored and put back. */
export interface StoredStates {
  /** Keys that were dropped because there were too many. */
  readonly evictions: number;
  entries(): Iterable<readonly [string, Keyed]>;
  /** What changed since the last call. */
  takeChanges(): StateChange[];
  /** Puts stored states back, in any order. */
  restore(stored: readonly (readonly [string, Keyed])[]): void;
  /** Counts all as changed. */
  touchAll(): void;
}

/** The place of one key; held by its user to spare a second look-up. */
export interface Slot<S extends Keyed> {
  readonly key: string;
  readonly state: S;
  /** Touched since the hand last passed. */
  used: boolean;
  changed: boolean;
}

/**
 * State by key, at most `bounds.limit` keys. Beyond that a key goes that was not touched for a round, and is counted:
 * the clock algorithm (Corbató 1968), which costs nothing on a touch, where strict least-recently-used order would
 * move the key every time. Up to the limit nothing depends on it.
 */
export class KeyedStates<S extends Keyed> implements StoredStates {
  private readonly slots = new Map<string, Slot<S>>();
  private hand: Iterator<Slot<S>> = this.slots.values();
  private changedSlots: Slot<S>[] = [];
  private removed = new Set<string>();
  private turn = 0;
  evictions = 0;

  constructor(readonly bounds: StateBounds) {}

  get size(): number {
    return this.slots.size;
  }

  find(key: string): Slot<S> | undefined {
    return this.slots.get(key);
  }

  /** Stores a state under a key that has none. */
  put(key: string, state: S): Slot<S> {
    if (this.slots.size >= this.bounds.limit) this.evict();
    this.turn += 1;
    state.touched = this.turn;
    const slot: Slot<S> = { key, state, used: false, changed: false };
    this.slots.set(key, slot);
    this.touch(slot);
    return slot;
  }

  /** Notes that a state was changed in place. */
  touch(slot: Slot<S>): void {
    slot.used = true;
    if (slot.changed || !this.bounds.tracked) return;
    slot.changed = true;
    this.changedSlots.push(slot);
  }

  delete(key: string): void {
    if (this.slots.delete(key) && this.bounds.tracked) this.removed.add(key);
  }

  /** Looks at the next `count` keys in turn and drops those that have expired. */
  sweep(count: number, isExpired: (state: S) => boolean): void {
    for (let looked = 0; looked < count; looked += 1) {
      const slot = this.advanceHand();
      if (slot !== undefined && isExpired(slot.state)) this.delete(slot.key);
    }
  }

  *entries(): IterableIterator<[string, S]> {
    for (const { key, state } of this.slots.values()) yield [key, state];
  }

  takeChanges(): StateChange[] {
    const changes: StateChange[] = [];
    for (const key of this.removed) if (!this.slots.has(key)) changes.push({ key, state: null });
    for (const slot of this.changedSlots) {
      slot.changed = false;
      if (this.slots.get(slot.key) === slot) changes.push({ key: slot.key, state: slot.state });
    }
    this.changedSlots = [];
    this.removed = new Set();
    return changes;
  }

  restore(stored: readonly (readonly [string, Keyed])[]): void {
    for (const [key, state] of [...stored].sort((a, b) => a[1].touched - b[1].touched)) {
      // What is stored under this rule and part was written from states of this type.
      this.slots.set(key, { key, state: state as S, used: true, changed: false });
      this.turn = Math.max(this.turn, state.touched);
    }
  }

  touchAll(): void {
    for (const slot of this.slots.values()) this.touch(slot);
  }

  private evict(): void {
    for (let slot = this.advanceHand(); slot !== undefined; slot = this.advanceHand()) {
      if (slot.used) {
        slot.used = false;
        continue;
      }
      this.delete(slot.key);
      this.evictions += 1;
      return;
    }
  }

  /** The next key of the round; the first again after the last. */
  private advanceHand(): Slot<S> | undefined {
    const next = this.hand.next();
    if (next.done !== true) return next.value;
    this.hand = this.slots.values();
    const first = this.hand.next();
    return first.done === true ? undefined : first.value;
  }
}
