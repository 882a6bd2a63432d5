import type { Command } from 'commander';
import { problemText, type RulePlace } from '../pipeline/detection/read-rules';
import { runRuleTest } from '../pipeline/detection/rule-tests';
import { readRuleSource } from './load-rules';
import { CommandError, type Terminal } from './terminal';

interface RulesOptions {
  /** A directory of rules to check instead of those that come with the project. */
  readonly rules?: string;
  readonly json?: boolean;
}

/** What was checked and held. */
export interface RulesChecked {
  readonly rules: number;
  readonly tests: number;
}

/** `rules`: checks rule files and runs the tests that their rules carry. */
export function registerRules(program: Command, terminal: Terminal): void {
  program
    .command('rules')
    .description('check rule files and run the tests of their rules')
    .option('--rules <directory>', 'check the rules of this directory instead of the built-in ones')
    .option('--json', 'print how many rules and tests there are as JSON')
    .action((options: RulesOptions) => {
      const checked = checkRules(options.rules);
      terminal.print(
        options.json === true
          ? JSON.stringify(checked)
          : `${checked.rules} rules are valid and their ${checked.tests} tests hold`,
      );
    });
}

/** @throws CommandError that names every mistake of the files, or else every test that does not hold, as `file:line: what`. */
export function checkRules(directory: string | undefined): RulesChecked {
  const { rules, places } = readRuleSource(directory);
  const failures = rules.flatMap((rule) =>
    rule.spec.tests.flatMap((test, index) =>
      runRuleTest(rule, test).map((difference) =>
        problemText({
          ...positionOf(places.get(rule.spec.id), index),
          message: `${rule.spec.id}: the test "${test.name}" does not hold: ${difference}`,
        }),
      ),
    ),
  );
  if (failures.length > 0) throw new CommandError(`tests of rules do not hold:\n${failures.join('\n')}`);
  return { rules: rules.length, tests: rules.reduce((sum, { spec }) => sum + spec.tests.length, 0) };
}

function positionOf(place: RulePlace | undefined, test: number): { file: string; line: number } {
  return { file: place?.file ?? '', line: place?.tests[test] ?? 0 };
}
