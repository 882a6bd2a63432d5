import { problemText, readRules, type RuleReading } from '../pipeline/detection/read-rules';
import type { Rule } from '../pipeline/detection/rule';
import { builtInRules, readRuleDirectory } from '../pipeline/detection/rule-files.store';
import { CommandError } from './terminal';

/** The rules of a directory, or those that come with the project. @throws CommandError as `readRuleSource` does. */
export function loadRules(directory: string | undefined): Rule[] {
  return readRuleSource(directory).rules;
}

/**
 * The rules of a directory, or those that come with the project, with where each of them stands.
 * @throws CommandError that names every mistake, or what cannot be read, or that there are no rules
 */
export function readRuleSource(directory: string | undefined): RuleReading {
  const found = readRuleDirectory(directory ?? builtInRules());
  const reading = readRules(found.files);
  const [unreadable] = found.problems;
  if (unreadable !== undefined) throw new CommandError(problemText(unreadable));
  if (reading.problems.length > 0)
    throw new CommandError(`the rules have mistakes:\n${reading.problems.map(problemText).join('\n')}`);
  if (reading.rules.length === 0)
    throw new CommandError(`there are no rules in ${directory ?? 'the built-in directory'}`);
  return reading;
}
