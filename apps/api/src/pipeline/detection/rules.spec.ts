import { problemText, readRules } from './read-rules';
import { builtInRules, readRuleDirectory } from './rule-files.store';
import { runRuleTest } from './rule-tests';

const { rules, problems } = readRules(readRuleDirectory(builtInRules()).files);

test('every rule file is valid', () => {
  expect(problems.map(problemText)).toEqual([]);
});

describe.each(rules.map((rule) => [rule.spec.id, rule] as const))('%s', (_id, rule) => {
  test.each(rule.spec.tests.map((own) => [own.name, own] as const))('%s', (_name, own) => {
    expect(runRuleTest(rule, own)).toEqual([]);
  });

  test('has a test that raises an alert and one that raises none', () => {
    expect(rule.spec.tests.some((own) => own.alerts.length > 0)).toBe(true);
    expect(rule.spec.tests.some((own) => own.alerts.length === 0)).toBe(true);
  });
});
