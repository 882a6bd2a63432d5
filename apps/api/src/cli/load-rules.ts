import { problemText, readRules } from '../pipeline/detection/read-rules';
import type { Rule } from '../pipeline/detection/rule';
import { builtInRules, readRuleFiles } from '../pipeline/detection/rule-files.store';
import { CommandError } from './terminal';

/** The rules of a directory, or those that come with the project. @throws CommandError that names every mistake. */
export function loadRules(directory: string | undefined): Rule[] {
  const { rules, problems } = readRules(readRuleFiles(directory ?? builtInRules()));
  if (problems.length > 0)
    throw new CommandError(`the rules have mistakes:\n${problems.map(problemText).join('\n')}`);
  if (rules.length === 0)
    throw new CommandError(`there are no rules in ${directory ?? 'the built-in directory'}`);
  return rules;
}
