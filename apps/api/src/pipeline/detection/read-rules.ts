import { Value, type ValueError } from '@sinclair/typebox/value';
import type { TSchema } from '@sinclair/typebox';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { aliasMistakes } from './rule-aliases';
import { compileRule, type Rule } from './rule';
import { RULE_SCHEMAS, RuleFileSchema, type RuleKind, type RuleSpec } from './rule-schema';

/** What is wrong in a rule file, and where. */
export interface RuleProblem {
  readonly file: string;
  /** From 1; 0 where the file itself is what is wrong. */
  readonly line: number;
  readonly message: string;
}

export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

export interface RuleReading {
  readonly rules: Rule[];
  readonly problems: RuleProblem[];
}

type Path = readonly (string | number)[];

/** A parsed file that can say on which line a value stands. */
interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Reads and compiles rule files. All problems of all files are reported, each with its line; ids are unique. */
export function readRules(files: readonly RuleFile[]): RuleReading {
  const readings = files.map(readFile);
  const rules = readings.flatMap((reading) => reading.rules);
  const problems = readings.flatMap((reading) => reading.problems);
  const seen = new Set<string>();
  for (const { spec } of rules) {
    if (seen.has(spec.id)) problems.push({ file: '', line: 0, message: `two rules have the id ${spec.id}` });
    seen.add(spec.id);
  }
  return { rules, problems };
}

/** One line for each problem, as editors and terminals link it. */
export function problemText({ file, line, message }: RuleProblem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}

/** Reads one file. Whatever is in it, what is wrong is an answer: a file that is being written must not end who watches it. */
function readFile(file: RuleFile): RuleReading {
  try {
    return readParsed(parsed(file), file.name);
  } catch (error) {
    // Such as lists within lists so deep that the stack does not reach.
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { rules: [], problems: [{ file: file.name, line: 1, message }] };
  }
}

function parsed({ name, text }: RuleFile): Source {
  const lines = new LineCounter();
  return {
    file: name,
    document: parseDocument(text, { lineCounter: lines, merge: true, logLevel: 'error' }),
    lines,
  };
}

function readParsed(source: Source, file: string): RuleReading {
  const { document, lines } = source;
  const mistakes = document.errors.map(({ pos, message }) => ({
    offset: pos[0],
    message: message.split('\n')[0] ?? 'not YAML',
  }));
  if (mistakes.length === 0) mistakes.push(...aliasMistakes(document));
  if (mistakes.length > 0)
    return {
      rules: [],
      problems: mistakes.map(({ offset, message }) => ({ file, line: lines.linePos(offset).line, message })),
    };
  // The aliases have been looked at: the parser's own bound of 100 for each is too low for events of tests.
  const content: unknown = document.toJS({ maxAliasCount: -1 });
  const problems = schemaProblems(source, RuleFileSchema, content, []);
  if (problems.length > 0) return { rules: [], problems };
  const written = (content as { rules: { kind: RuleKind }[] }).rules;
  const rules: Rule[] = [];
  written.forEach((rule, index) => {
    const found = schemaProblems(source, RULE_SCHEMAS[rule.kind], rule, ['rules', index]);
    if (found.length === 0) compileInto(rules, found, rule as RuleSpec, { source, path: ['rules', index] });
    problems.push(...found);
  });
  return { rules, problems };
}

function compileInto(
  rules: Rule[],
  problems: RuleProblem[],
  spec: RuleSpec,
  { source, path }: { source: Source; path: Path },
): void {
  try {
    rules.push(compileRule(spec));
  } catch (error) {
    // Everything that compiling refuses is a mistake in the file, so it is reported at its line.
    const inner = error instanceof Error && 'path' in error && Array.isArray(error.path) ? error.path : [];
    const message = error instanceof Error ? error.message : String(error);
    problems.push(problemAt(source, [...path, ...inner], `${spec.id}: ${message}`));
  }
}

function schemaProblems(source: Source, schema: TSchema, value: unknown, path: Path): RuleProblem[] {
  const errors = [...Value.Errors(schema, value)];
  return errors.slice(0, 20).map((error) => {
    const inner = pointer(error);
    const place = inner.length === 0 ? '' : `${inner.join('.')}: `;
    return problemAt(source, [...path, ...inner], `${place}${error.message.toLowerCase()}`);
  });
}

function pointer(error: ValueError): (string | number)[] {
  return error.path
    .split('/')
    .slice(1)
    .map((name) => (/^\d+$/.test(name) ? Number(name) : name.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** A value that is missing is reported where its parent stands. */
function problemAt(source: Source, path: Path, message: string): RuleProblem {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = source.document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue;
    return { file: source.file, line: source.lines.linePos(Number(node.range[0])).line, message };
  }
  return { file: source.file, line: 1, message };
}
