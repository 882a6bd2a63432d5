import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { problemText, type RuleFile, type RuleProblem } from './read-rules';
import { nextRuleSet, versionOf, type RuleDirectory, type RuleSet } from './rule-set';

/**
 * All `*.yaml` of a directory, by name. What cannot be read is a problem, and perhaps over at the next look: the directory, or one
 * file of it; no state of the file system throws.
 */
export function readRuleDirectory(path: string): RuleDirectory {
  const files: RuleFile[] = [];
  const problems: RuleProblem[] = [];
  try {
    for (const name of namesIn(path)) {
      const file = readFile(join(path, name));
      if ('text' in file) files.push(file);
      else problems.push(file);
    }
  } catch (error) {
    problems.push(unreadable(path, error));
  }
  return { files, problems };
}

function namesIn(path: string): string[] {
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
}

function readFile(path: string): RuleFile | RuleProblem {
  try {
    // Reading a pipe would wait for who writes into it.
    if (!statSync(path).isFile()) return { file: path, line: 0, message: 'is not a file' };
    return { name: path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return unreadable(path, error);
  }
}

function unreadable(file: string, error: unknown): RuleProblem {
  // What the file system throws is an Error; in a test it is one of another realm.
  return { file, line: 0, message: `cannot be read: ${(error as Error).message}` };
}

/** The rules that come with the project: `apps/api/rules`, looked for from here upwards, so from source and from dist. */
export function builtInRules(from = __dirname): string {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, 'apps', 'api', 'rules');
    if (isDirectory(candidate)) return candidate;
    if (dirname(directory) === directory) throw new Error(`no apps/api/rules above ${from}`);
  }
}

/** How often files are looked at for changes. */
const LOOK_EVERY_MS = 2_000;

/**
 * The rules of the project and of an operator's own directory, read again while the process runs. Their texts are compared and
 * neither times nor notifications of the file system: editors that replace a file, mounted directories and links that are
 * turned are all noticed, at the price of reading some 100 KB every 2 s.
 */
export class RuleFiles {
  private seen: string;
  /** What the last look found that is not in use: a file that is being written, perhaps. */
  private found: string | undefined;
  private set: RuleSet;

  /**
   * Reads the rules. Where the operator's have mistakes, those of the project are used alone and the mistakes are in `current.problems`.
   * @param own the operator's directory; undefined for the rules of the project alone
   * @throws Error where the rules of the project cannot be read or have mistakes
   */
  constructor(
    private readonly own: string | undefined,
    private readonly builtIn = builtInRules(),
  ) {
    const project = nextRuleSet(undefined, [readRuleDirectory(builtIn)]);
    if (project.problems.length > 0) throw new Error(project.problems.map(problemText).join('\n'));
    const directories = this.read();
    this.seen = versionOf(directories);
    this.set = nextRuleSet(project, directories);
  }

  /** The rules in use. */
  get current(): RuleSet {
    return this.set;
  }

  /**
   * Looks at the files; true when the rules in use or their problems are others now. What is new is taken when two looks in a row
   * find the same: half a file may be valid rules, and taking it would end the alerts of those in the other half. Nothing
   * that it finds makes it throw.
   */
  look(): boolean {
    const directories = this.read();
    const version = versionOf(directories);
    const isSettled = version === this.found;
    this.found = version === this.seen ? undefined : version;
    if (this.found === undefined || !isSettled) return false;
    this.seen = version;
    this.set = nextRuleSet(this.set, directories);
    return true;
  }

  /** Looks from time to time, and tells what is new. Call what it returns to stop. */
  watch(tell: (current: RuleSet) => void, everyMs = LOOK_EVERY_MS): () => void {
    const timer = setInterval(() => {
      if (this.look()) tell(this.set);
    }, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  private read(): RuleDirectory[] {
    return [this.builtIn, ...(this.own === undefined ? [] : [this.own])].map(readRuleDirectory);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
