import { ownText } from './own-text';
import type { Rule } from './rule';
import type { Keyed, StateBounds, StateChange, StoredStates } from './keyed-states';

/** What one rule keeps of one key. Plain and bounded. */
export type RuleState = object;

/** What all rules keep of one key, each in its slot. */
interface KeyRecord {
  readonly key: string;
  readonly states: (RuleState | undefined)[];
  /** The turn in which the key came. */
  readonly touched: number;
  /** Event time after which no state of it means anything. */
  until: number;
  /** Came again since the hand last passed. */
  used: boolean;
  changed: boolean;
}

/** A record as it is stored: the states by the versions of their rules. */
interface StoredRecord extends Keyed {
  readonly until: number;
  readonly states: Readonly<Record<string, RuleState>>;
}

/**
 * The states of all rules with the same key fields, in one record a key: an event looks its key up once and not once for each rule.
 * At most `bounds.limit` keys. Beyond that a key goes that did not come again for a round, and is counted: the clock algorithm
 * (Corbató 1968), which costs nothing when a key comes again; keys that came once go first, so a flood of them drives itself out. Up to the limit nothing depends on it.
 */
export class KeyTable implements StoredStates {
  private readonly records = new Map<string, KeyRecord>();
  private hand: Iterator<KeyRecord> = this.records.values();
  private changedRecords: KeyRecord[] = [];
  private removed = new Set<string>();
  private turn = 0;
  private key = '';
  private current: KeyRecord | undefined;
  evictions = 0;

  /** @param rules those whose states are kept, by slot */
  constructor(
    private readonly rules: readonly Pick<Rule, 'version' | 'formerVersion'>[],
    private readonly bounds: StateBounds,
  ) {}

  get size(): number {
    return this.records.size;
  }

  /** Points at a key; what follows is about it. Returns it as a text that may be kept. */
  at(key: string): string {
    this.current = this.records.get(key);
    this.key = this.current?.key ?? ownText(key);
    return this.key;
  }

  /** The state in a slot of the key pointed at. */
  get(slot: number): RuleState | undefined {
    return this.current?.states[slot];
  }

  /** Keeps a state, perhaps the one that was there, changed in place. It means nothing after event time `until`. */
  set(slot: number, state: RuleState, until: number, time: number): void {
    const known = this.current;
    const record = known ?? this.put(this.key, time);
    if (record.states[slot] !== state) record.states[slot] = state;
    if (until > record.until) record.until = until;
    if (known !== undefined) record.used = true;
    this.note(record);
  }

  clear(slot: number): void {
    const record = this.current;
    if (record?.states[slot] !== undefined) this.clearIn(record, slot);
  }

  /** All states in a slot, with their keys. */
  *inSlot(slot: number): Generator<readonly [key: string, state: RuleState]> {
    for (const { key, states } of this.records.values()) {
      const state = states[slot];
      if (state !== undefined) yield [key, state];
    }
  }

  /** Empties a slot of all keys. */
  clearSlot(slot: number): void {
    for (const record of this.records.values())
      if (record.states[slot] !== undefined) this.clearIn(record, slot);
    this.current = undefined;
  }

  *entries(): IterableIterator<[string, Keyed]> {
    for (const record of this.records.values()) yield [record.key, this.stored(record)];
  }

  takeChanges(): StateChange[] {
    const changes: StateChange[] = [];
    for (const key of this.removed) if (!this.records.has(key)) changes.push({ key, state: null });
    for (const record of this.changedRecords) {
      record.changed = false;
      if (this.records.get(record.key) === record)
        changes.push({ key: record.key, state: this.stored(record) });
    }
    this.changedRecords = [];
    this.removed = new Set();
    return changes;
  }

  /** States of rules that have no slot are left out; a key of which none is left is removed where it is stored. */
  restore(stored: readonly (readonly [string, Keyed])[]): void {
    for (const [key, keyed] of [...stored].sort((a, b) => a[1].touched - b[1].touched)) {
      // What is stored under this table was written by `stored`.
      const { states, touched, until } = keyed as StoredRecord;
      this.turn = Math.max(this.turn, touched);
      const own = this.rules.map(({ version, formerVersion }) => states[version] ?? states[formerVersion]);
      if (own.every((state) => state === undefined)) this.removed.add(key);
      else this.records.set(key, { key, states: own, touched, until, used: true, changed: false });
    }
  }

  touchAll(): void {
    for (const record of this.records.values()) this.note(record);
  }

  private put(key: string, time: number): KeyRecord {
    // A look for each new key, so that expired ones go as fast as new ones come.
    const looked = this.advanceHand();
    if (looked !== undefined && looked.until < time) this.drop(looked);
    if (this.records.size >= this.bounds.limit) this.evict(time);
    this.turn += 1;
    const states = new Array<RuleState | undefined>(this.rules.length).fill(undefined);
    const record = { key, states, touched: this.turn, until: time, used: false, changed: false };
    this.records.set(key, record);
    this.current = record;
    return record;
  }

  private note(record: KeyRecord): void {
    if (record.changed || !this.bounds.tracked) return;
    record.changed = true;
    this.changedRecords.push(record);
  }

  private clearIn(record: KeyRecord, slot: number): void {
    record.states[slot] = undefined;
    if (record.states.every((state) => state === undefined)) this.drop(record);
    else this.note(record);
  }

  private drop(record: KeyRecord): void {
    this.records.delete(record.key);
    if (record === this.current) this.current = undefined;
    if (this.bounds.tracked) this.removed.add(record.key);
  }

  private evict(time: number): void {
    for (let record = this.advanceHand(); record !== undefined; record = this.advanceHand()) {
      const isExpired = record.until < time;
      if (isExpired || !record.used) {
        if (!isExpired) this.evictions += 1;
        this.drop(record);
        return;
      }
      record.used = false;
    }
  }

  /** The next key of the round; the first again after the last. */
  private advanceHand(): KeyRecord | undefined {
    const next = this.hand.next();
    if (next.done !== true) return next.value;
    this.hand = this.records.values();
    const first = this.hand.next();
    return first.done === true ? undefined : first.value;
  }

  private stored({ states, touched, until }: KeyRecord): StoredRecord {
    const byVersion: Record<string, RuleState> = {};
    this.rules.forEach(({ version }, slot) => {
      const state = states[slot];
      if (state !== undefined) byVersion[version] = state;
    });
    return { touched, until, states: byVersion };
  }
}
