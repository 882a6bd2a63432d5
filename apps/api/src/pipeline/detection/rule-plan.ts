import type { EventRows } from './event-rows';
import { EventView } from './event-view';
import { compileKey } from './field';
import type { Test } from './filter';
import type { KeyTable } from './key-table';
import { countedFields, type Rule } from './rule';
import { RuleIndex, type Candidate } from './rule-index';
import type { RuleRunner } from './rule-runner';
import type { RuleRunners } from './rule-runners';

/** A rule that may run on an event, with what is left to test. */
interface Step {
  readonly test: Test | undefined;
  readonly runner: RuleRunner;
}

/** Rules that count by the same fields: their key is read and looked up once. */
interface KeyGroup {
  readonly table: KeyTable;
  readonly key: (view: EventView) => string | undefined;
  readonly steps: readonly Step[];
}

/** Gives events to rules: finds those that can be about it, tests what is left to test, looks up each key once. */
export class RulePlan {
  private readonly view = new EventView();
  /** How often rules failed on an event: those that count by the same key go on without it. */
  failures = 0;
  private readonly index: RuleIndex<readonly KeyGroup[]>;

  constructor(rules: readonly Rule[], runners: RuleRunners) {
    this.index = new RuleIndex(rules, (candidates) => groupsOf(candidates, runners));
  }

  /** Runs every rule that is about the event of a row, which happened at `time`. */
  run(rows: EventRows, row: number, time: number): void {
    // A fault must not keep the event from other rules, nor detection from going on: it would come back at every attempt.
    try {
      const groups = this.index.find(this.view.at(rows, row));
      for (const group of groups) this.runGroup(group, time);
    } catch {
      this.failures += 1;
    }
  }

  private runGroup(group: KeyGroup, time: number): void {
    try {
      runGroup(group, this.view, time);
    } catch {
      this.failures += 1;
    }
  }
}

function runGroup({ table, key: read, steps }: KeyGroup, view: EventView, time: number): void {
  let key: string | undefined;
  for (const { test, runner } of steps) {
    if (test !== undefined && !test(view)) continue;
    if (key === undefined) {
      const text = read(view);
      if (text === undefined) return;
      key = table.at(text);
    }
    runner.take(key, view, time);
  }
}

function groupsOf(candidates: readonly Candidate[], runners: RuleRunners): KeyGroup[] {
  const groups = new Map<KeyTable, { key: KeyGroup['key']; steps: Step[] }>();
  for (const { rule, test } of candidates) {
    const table = runners.tableOf(rule);
    const group = groups.get(table) ?? { key: compileKey(countedFields(rule)), steps: [] };
    group.steps.push({ test, runner: runners.of(rule) });
    groups.set(table, group);
  }
  return [...groups].map(([table, { key, steps }]) => ({ table, key, steps }));
}
