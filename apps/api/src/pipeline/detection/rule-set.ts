import { shortHash } from './short-hash';
import { readRules, type RuleFile, type RuleProblem } from './read-rules';
import type { Rule } from './rule';

/** The rules in use. */
export interface RuleSet {
  /** A hash of the files that they come from. */
  readonly version: string;
  readonly rules: readonly Rule[];
  /** What is wrong with newer files, for which these rules stay in use; empty when they are the newest. */
  readonly problems: readonly RuleProblem[];
}

/** What was read from one directory. */
export interface RuleDirectory {
  readonly files: readonly RuleFile[];
  /** Why it could not be read. */
  readonly problems: readonly RuleProblem[];
}

/** A name for what was read: the same texts under the same names have the same. */
export function versionOf(directories: readonly RuleDirectory[]): string {
  return shortHash(JSON.stringify(directories));
}

/**
 * The rules to use when the directories are these: theirs when all files are valid, else the ones that were in use before, with
 * the problems. A rule takes the place of one with the same id in an earlier directory.
 */
export function nextRuleSet(current: RuleSet | undefined, directories: readonly RuleDirectory[]): RuleSet {
  const readings = directories.map(({ files }) => readRules(files));
  const problems = [...directories, ...readings].flatMap((read) => read.problems);
  if (problems.length > 0) return { version: current?.version ?? '', rules: current?.rules ?? [], problems };
  const byId = new Map(readings.flatMap(({ rules }) => rules.map((rule) => [rule.spec.id, rule] as const)));
  return { version: versionOf(directories), rules: [...byId.values()], problems: [] };
}
