import { problemText, readRules } from '../pipeline/detection/read-rules';
import type { Rule } from '../pipeline/detection/rule';
import { builtInRules, readRuleDirectory } from '../pipeline/detection/rule-files.store';
import { CommandError } from './terminal';

/** The rules of a directory, or those that come with the project. @throws CommandError that names every mistake, or what cannot be read. */
export function loadRules(directory: string | undefined): Rule[] {
  const found = readRuleDirectory(directory ?? builtInRules());
  const { rules, problems } = readRules(found.files);
  const [unreadable] = found.problems;
  if (unreadable !== undefined) throw new CommandError(problemText(unreadable));
  if (problems.length > 0)
    throw new CommandError(`the rules have mistakes:\n${problems.map(problemText).join('\n')}`);
  if (rules.length === 0)
    throw new CommandError(`there are no rules in ${directory ?? 'the built-in directory'}`);
  return rules;
}
