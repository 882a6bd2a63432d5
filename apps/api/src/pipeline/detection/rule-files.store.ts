import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { problemText, type RuleFile } from './read-rules';
import { nextRuleSet, versionOf, type RuleDirectory, type RuleSet } from './rule-set';

/** All `*.yaml` of a directory, by name. Throws the error of the file system where it cannot be read. */
export function readRuleFiles(directory: string): RuleFile[] {
  return readdirSync(directory)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({ name: join(directory, name), text: readFileSync(join(directory, name), 'utf8') }));
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
    const project = nextRuleSet(undefined, [directoryAt(builtIn)]);
    if (project.problems.length > 0) throw new Error(project.problems.map(problemText).join('\n'));
    const directories = this.read();
    this.seen = versionOf(directories);
    this.set = nextRuleSet(project, directories);
  }

  /** The rules in use. */
  get current(): RuleSet {
    return this.set;
  }

  /** Looks at the files; true when the rules in use or their problems are others now. */
  look(): boolean {
    const directories = this.read();
    const version = versionOf(directories);
    if (version === this.seen) return false;
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
    return [this.builtIn, ...(this.own === undefined ? [] : [this.own])].map(directoryAt);
  }
}

/** That a directory or file cannot be read is a problem of its rules, and perhaps over at the next look. */
function directoryAt(path: string): RuleDirectory {
  try {
    return { files: readRuleFiles(path), problems: [] };
  } catch (error) {
    return { files: [], problems: [{ file: path, line: 0, message: String(error) }] };
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
