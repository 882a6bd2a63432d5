import { AlertBook, type AlertChange } from './alert-book';
import type { Keyed, StoredStates } from './keyed-states';
import { OrderedRunner } from './ordered-runner';
import type { Rule } from './rule';
import type { RuleRunner, Tracer } from './rule-runner';
import { WindowRunner } from './window-runner';
import type { WindowPartial } from './window-store';

/** One stored state: version of the rule, part, key, and the state or null where it is gone. Plain: it survives JSON. */
export type StoredState = readonly [rule: string, part: string, key: string, state: Keyed | null];

/** Where runners put what they find. */
export interface Findings {
  readonly changes: AlertChange[];
  readonly partials: WindowPartial[];
}

export interface RunnerOptions {
  readonly timeline: string;
  /** Keys with state, open windows and open alerts, each for every rule. */
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
  private readonly byVersion = new Map<string, RuleRunner>();
  private byId = new Map<string, RuleRunner>();
  /** States of rules that are gone; to be removed where they are stored. */
  private abandoned: StoredState[] = [];

  constructor(
    rules: readonly Rule[],
    private readonly findings: Findings,
    private readonly options: RunnerOptions,
  ) {
    this.use(rules);
  }

  /** Runs these rules from now on. Those that do the same as before keep their state, the others start without. */
  use(rules: readonly Rule[]): void {
    const kept = new Set(rules.map(({ version }) => version));
    for (const [version, runner] of this.byVersion) if (!kept.has(version)) this.abandon(version, runner);
    for (const rule of rules)
      if (!this.byVersion.has(rule.version)) this.byVersion.set(rule.version, this.runnerOf(rule));
    this.byId = new Map(
      rules.flatMap((rule) => {
        const runner = this.of(rule);
        return runner === undefined ? [] : [[rule.spec.id, runner]];
      }),
    );
  }

  of(rule: Rule): RuleRunner | undefined {
    return this.byVersion.get(rule.version);
  }

  withId(id: string): RuleRunner | undefined {
    return this.byId.get(id);
  }

  all(): Iterable<RuleRunner> {
    return this.byVersion.values();
  }

  /** Keys dropped because a rule had too many. */
  get evictions(): number {
    let evictions = 0;
    for (const [, , states] of this.parts()) evictions += states.evictions;
    return evictions;
  }

  /** The states that changed since the last call. Encode them before the next event. */
  takeChanges(): StoredState[] {
    const gone = this.abandoned;
    this.abandoned = [];
    return [...this.parts()].reduce((changes, [version, part, states]) => {
      for (const { key, state } of states.takeChanges()) changes.push([version, part, key, state]);
      return changes;
    }, gone);
  }

  /** Puts stored states back. Those of rules that are not the same any more are given up. */
  restore(stored: Iterable<StoredState>): void {
    const byPart = new Map<string, [key: string, state: Keyed][]>();
    for (const [version, part, key, state] of stored) {
      if (state === null) continue;
      if (!this.byVersion.has(version)) this.abandoned.push([version, part, key, null]);
      const place = `${version} ${part}`;
      const states = byPart.get(place) ?? [];
      states.push([key, state]);
      byPart.set(place, states);
    }
    for (const [version, part, states] of this.parts())
      states.restore(byPart.get(`${version} ${part}`) ?? []);
    for (const runner of this.all()) runner.book.restored();
  }

  private abandon(version: string, runner: RuleRunner): void {
    this.byVersion.delete(version);
    if (!this.options.trackChanges) return;
    for (const [part, states] of Object.entries(runner.parts))
      for (const [key] of states.entries()) this.abandoned.push([version, part, key, null]);
  }

  private *parts(): Generator<readonly [version: string, part: string, states: StoredStates]> {
    for (const [version, runner] of this.byVersion)
      for (const [part, states] of Object.entries(runner.parts)) yield [version, part, states];
  }

  private runnerOf(rule: Rule): RuleRunner {
    const { timeline, maxKeys, trackChanges, sendPartials, trace: told } = this.options;
    const { id } = rule.spec;
    const bounds = { limit: maxKeys, tracked: trackChanges };
    const report = (change: AlertChange): void => void this.findings.changes.push(change);
    const book = new AlertBook(rule, timeline, report, bounds);
    const trace: Tracer | undefined = told === undefined ? undefined : (step) => told(id, step);
    const { evaluation } = rule;
    if (evaluation.mode === 'ordered') return new OrderedRunner(rule, evaluation.kind, book, trace);
    const hand = (partial: WindowPartial): void => void this.findings.partials.push(partial);
    return new WindowRunner(rule, evaluation, book, { trace, send: sendPartials ? hand : undefined });
  }
}
