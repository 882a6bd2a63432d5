import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RuleFile } from './read-rules';

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

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
