import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { isNode, LineCounter, parseDocument } from 'yaml';

/** Everything that is wrong with one file, each with its line. */
export class ScenarioError extends Error {
  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ScenarioError';
  }
}

const segmentsOf = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));

/**
 * Reads a YAML text that must have the form of a schema.
 * @throws ScenarioError with all problems and their line numbers.
 */
export function readYaml<S extends TSchema>(file: string, text: string, schema: S): Static<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new ScenarioError(
      file,
      document.errors.map(
        ({ message, pos }) => `line ${lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`,
      ),
    );
  const lineOf = (path: readonly (string | number)[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const value: unknown = document.toJS();
  if (Value.Check(schema, value)) return value;
  const problems = new Map<string, string>();
  for (const { path, message, schema: part } of Value.Errors(schema, value)) {
    const hint = typeof part.description === 'string' ? ` (${part.description})` : '';
    if (!problems.has(path))
      problems.set(
        path,
        `line ${lineOf(segmentsOf(path))}: ${path === '' ? 'the file' : path.slice(1)}: ${message}${hint}`,
      );
  }
  throw new ScenarioError(file, [...problems.values()]);
}
