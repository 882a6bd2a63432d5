import { Value, type ValueError } from '@sinclair/typebox/value';
import type { TSchema } from '@sinclair/typebox';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { aliasMistakes } from './rule-aliases';
import { compileRule, type Rule } from './rule';
import { unknownTestFields } from './rule-test-fields';
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

/** Where a rule stands, and where each of its own tests does; lines from 1. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
  readonly tests: readonly number[];
}

export interface RuleReading {
  readonly rules: Rule[];
  readonly problems: RuleProblem[];
  /** By the id of a rule; of several with one id, that of the first. */
  readonly places: ReadonlyMap<string, RulePlace>;
}

/** What one file holds. */
interface FileReading {
  readonly rules: PlacedRule[];
  readonly problems: RuleProblem[];
}

interface PlacedRule {
  readonly rule: Rule;
  readonly place: RulePlace;
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
  const placed = readings.flatMap((reading) => reading.rules);
  const problems = readings.flatMap((reading) => reading.problems);
  const places = new Map<string, RulePlace>();
  for (const { rule, place } of placed) {
    const { id } = rule.spec;
    const first = places.get(id);
    if (first === undefined) places.set(id, place);
    else {
      const { file, line } = place;
      problems.push({ file, line, message: `the rule at ${first.file}:${first.line} has the id ${id} too` });
    }
  }
  return { rules: placed.map(({ rule }) => rule), problems, places };
}

/** One line for each problem, as editors and terminals link it. */
export function problemText({ file, line, message }: RuleProblem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}

/** Reads one file. Whatever is in it, what is wrong is an answer: a file that is being written must not end who watches it. */
function readFile(file: RuleFile): FileReading {
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

function readParsed(source: Source, file: string): FileReading {
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
  const rules: PlacedRule[] = [];
  written.forEach((rule, index) => {
    const found = schemaProblems(source, RULE_SCHEMAS[rule.kind], rule, ['rules', index]);
    if (found.length === 0) compileInto(rules, found, rule as RuleSpec, { source, path: ['rules', index] });
    problems.push(...found);
  });
  return { rules, problems };
}

function compileInto(
  rules: PlacedRule[],
  problems: RuleProblem[],
  spec: RuleSpec,
  { source, path }: { source: Source; path: Path },
): void {
  try {
    const rule = compileRule(spec);
    const unknown = unknownTestFields(spec.tests);
    if (unknown.length === 0) rules.push({ rule, place: placeOf(spec, source, path) });
    for (const { path: inner, name } of unknown)
      problems.push(problemAt(source, [...path, ...inner], `${spec.id}: no field ${name} in an event`));
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
    const { description } = error.schema;
    const said = description === undefined ? error.message.toLowerCase() : `expected ${description}`;
    return problemAt(source, [...path, ...inner], `${place}${said}`);
  });
}

function pointer(error: ValueError): (string | number)[] {
  return error.path
    .split('/')
    .slice(1)
    .map((name) => (/^\d+$/.test(name) ? Number(name) : name.replaceAll('~1', '/').replaceAll('~0', '~')));
}

function placeOf({ tests }: RuleSpec, source: Source, path: Path): RulePlace {
  const lines = tests.map((_test, index) => lineOf(source, [...path, 'tests', index]));
  return { file: source.file, line: lineOf(source, [...path, 'id']), tests: lines };
}

function problemAt(source: Source, path: Path, message: string): RuleProblem {
  return { file: source.file, line: lineOf(source, path), message };
}

/** The line of a value; where it is missing, or comes from an anchor, that of the nearest value around it. */
function lineOf(source: Source, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = source.document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
      continue;
    return source.lines.linePos(Number(node.range[0])).line;
  }
  return 1;
}
