import { Agenda } from './agenda';
import { AlertBook, endWithRule, type AlertChange, type AlertWords, type OpenAlert } from './alert-book';
import { KeyTable } from './key-table';
import type { Keyed, StateBounds, StoredStates } from './keyed-states';
import { OrderedRunner } from './ordered-runner';
import { countedFields, type Rule } from './rule';
import type { RuleRunner, RuleSlot, Tracer } from './rule-runner';
import type { WindowPartial } from './window-partial';
import { WindowRunner } from './window-runner';

/**
 * One stored state: whose it is (a rule with its version, or the rules of one kind of key), part, key, and the state or null where it is
 * gone. Plain: it survives JSON.
 */
export type StoredState = readonly [owner: string, part: string, key: string, state: Keyed | null];

/** Where runners put what they find. */
export interface Findings {
  readonly changes: AlertChange[];
  readonly partials: WindowPartial[];
}

export interface RunnerOptions {
  readonly timeline: string;
  /** Keys of one kind with state; windows and alerts of one rule that are open. */
  readonly maxKeys: number;
  /** True where `takeStateChanges` is called after each step. */
  readonly trackChanges: boolean;
  /** True where windows of rules that are not keyed by source are judged elsewhere. */
  readonly sendPartials: boolean;
  /** Told every step of a rule, for `--explain`. */
  readonly trace?: ((rule: string, step: Parameters<Tracer>[0]) => void) | undefined;
}

/** The runners of a set of rules, with all their state. */
export class RuleRunners {
  readonly agenda = new Agenda();
  private readonly tables = new Map<string, KeyTable>();
  private readonly slots = new Map<Rule, RuleSlot>();
  private readonly byRule = new Map<Rule, RuleRunner>();
  private readonly byId = new Map<string, RuleRunner>();
  /** States of rules that are gone; to be removed where they are stored. */
  private abandoned: StoredState[] = [];

  constructor(
    rules: readonly Rule[],
    private readonly findings: Findings,
    private readonly options: RunnerOptions,
  ) {
    this.layTables(rules);
    for (const rule of rules) {
      const runner = this.runnerOf(rule);
      this.byRule.set(rule, runner);
      this.byId.set(rule.spec.id, runner);
    }
  }

  of(rule: Rule): RuleRunner {
    const runner = this.byRule.get(rule);
    if (runner === undefined) throw new Error(`rule ${rule.spec.id} is not run here`);
    return runner;
  }

  withId(id: string): RuleRunner | undefined {
    return this.byId.get(id);
  }

  tableOf(rule: Rule): KeyTable {
    return this.slotOf(rule).table;
  }

  /** Does what is due at or before `time`. */
  runDue(time: number): void {
    if (time < this.agenda.next) return;
    for (const runner of this.byRule.values()) if (runner.dueAt <= time) runner.runDue(time);
    this.findDue();
  }

  flush(time: number): void {
    for (const runner of this.byRule.values()) {
      runner.flush(time);
      runner.book.tellNews(time);
    }
    this.findDue();
  }

  /** Closes all open alerts. */
  closeAlerts(): void {
    for (const runner of this.byRule.values()) runner.book.closeAll();
    this.findDue();
  }

  /** Keys dropped because there were too many. */
  get evictions(): number {
    let evictions = 0;
    for (const [, , states] of this.parts()) evictions += states.evictions;
    return evictions;
  }

  /** The states that changed since the last call. Encode them before the next event. */
  takeChanges(): StoredState[] {
    const changes = this.abandoned;
    this.abandoned = [];
    for (const [owner, part, states] of this.parts())
      for (const { key, state } of states.takeChanges()) changes.push([owner, part, key, state]);
    return changes;
  }

  private *entries(): Generator<StoredState> {
    for (const [owner, part, states] of this.parts())
      for (const [key, state] of states.entries()) yield [owner, part, key, state];
  }

  /** The words of the rules that have open alerts, by version: with them an alert can be ended whose rule is gone. */
  get words(): Record<string, AlertWords> {
    const words: Record<string, AlertWords> = {};
    for (const [{ version }, { book }] of this.byRule) if (book.open.size > 0) words[version] = book.words;
    return words;
  }

  /**
   * Puts stored states back. Those of rules that are not the same any more are given up, and their open alerts end.
   * @param at event time that has been reached
   * @param words of the rules that had open alerts
   */
  restore(stored: Iterable<StoredState>, at: number, words: Readonly<Record<string, AlertWords>> = {}): void {
    const owners = this.owners();
    const byPart = new Map<string, [key: string, state: Keyed][]>();
    for (const [owner, part] of this.parts()) byPart.set(placeOf(owner, part), []);
    let isRenamed = false;
    for (const [storedOwner, part, key, state] of stored) {
      const owner = owners.get(storedOwner) ?? storedOwner;
      const states = byPart.get(placeOf(owner, part));
      isRenamed ||= owner !== storedOwner;
      if (state === null || states === undefined || owner !== storedOwner)
        this.abandoned.push([storedOwner, part, key, null]);
      if (state === null) continue;
      if (states !== undefined) states.push([key, state]);
      // What is stored under this part was written from open alerts.
      else if (part === OPEN_ALERTS)
        this.findings.changes.push(
          endWithRule(words[owner] ?? this.wordsFor(owner), key, state as OpenAlert, at),
        );
    }
    for (const [owner, part, states] of this.parts()) states.restore(byPart.get(placeOf(owner, part)) ?? []);
    for (const runner of this.byRule.values()) runner.restored();
    // All are stored under their new names with the commit that removes the old ones.
    if (isRenamed) this.touchAll();
    this.findDue();
  }

  /** Takes the state of other runners over, as far as the rules do the same. Open alerts of the rest end. */
  takeOver(others: RuleRunners, at: number): void {
    const gone = others.takeChanges().filter(([, , , state]) => state === null);
    this.restore([...gone, ...others.entries()], at, others.words);
    this.touchAll();
  }

  private touchAll(): void {
    for (const [, , states] of this.parts()) states.touchAll();
  }

  /** Names under which states of these rules were kept once, with those of now. */
  private owners(): Map<string, string> {
    return new Map([...this.byRule.keys()].map(({ version, formerVersion }) => [formerVersion, version]));
  }

  /** For an alert that was stored without the words of its rule. */
  private wordsFor(owner: string): AlertWords {
    const id = owner.slice(0, owner.lastIndexOf('@'));
    const words = this.byId.get(id)?.book.words;
    return words ?? { rule: id, aliases: [], technique: [], tactic: [], severity: 'info' };
  }

  private findDue(): void {
    this.agenda.next = Number.POSITIVE_INFINITY;
    for (const runner of this.byRule.values()) this.agenda.note(runner.dueAt);
  }

  private get bounds(): StateBounds {
    return { limit: this.options.maxKeys, tracked: this.options.trackChanges };
  }

  /** One table for all rules that count by the same fields. */
  private layTables(rules: readonly Rule[]): void {
    const byFields = new Map<string, Rule[]>();
    for (const rule of rules) {
      const fields = countedFields(rule).join(' ');
      byFields.set(fields, [...(byFields.get(fields) ?? []), rule]);
    }
    for (const [fields, sharing] of byFields) {
      const table = new KeyTable(sharing, this.bounds);
      this.tables.set(fields, table);
      sharing.forEach((rule, slot) => this.slots.set(rule, { table, slot }));
    }
  }

  private slotOf(rule: Rule): RuleSlot {
    const slot = this.slots.get(rule);
    if (slot === undefined) throw new Error(`rule ${rule.spec.id} has no table`);
    return slot;
  }

  private *parts(): Generator<readonly [owner: string, part: string, states: StoredStates]> {
    for (const [fields, table] of this.tables) yield [fields, 'keys', table];
    for (const [rule, runner] of this.byRule)
      for (const [part, states] of Object.entries(runner.parts)) yield [rule.version, part, states];
  }

  private runnerOf(rule: Rule): RuleRunner {
    const { timeline, sendPartials, trace: told } = this.options;
    const { agenda, findings } = this;
    const report = (change: AlertChange): void => void findings.changes.push(change);
    const book = new AlertBook(rule, timeline, { report, agenda }, this.bounds);
    const trace: Tracer | undefined = told === undefined ? undefined : (step) => told(rule.spec.id, step);
    const place = { ...this.slotOf(rule), trace };
    const { evaluation } = rule;
    if (evaluation.mode === 'ordered') return new OrderedRunner(rule, evaluation.kind, book, place);
    const hand = (partial: WindowPartial): void => void findings.partials.push(partial);
    return new WindowRunner(rule, evaluation, book, {
      ...place,
      agenda,
      send: sendPartials ? hand : undefined,
    });
  }
}

/** The part of a rule's state that holds its open alerts. */
const OPEN_ALERTS = 'open';

function placeOf(owner: string, part: string): string {
  return `${owner}\n${part}`;
}
