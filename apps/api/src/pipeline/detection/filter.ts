import { RE2JS } from 're2js';
import { EdgeMatcher } from './edge-matcher';
import type { EventView } from './event-view';
import { compileField, type FieldReader } from './field';
import { WordMatcher } from './word-matcher';

/** Decides whether a rule cares about the event shown. */
export type Test = (view: EventView) => boolean;

type Scalar = string | number | boolean;

/** How a rule names the events it is about; see docs/detection.md for the language. */
export type FilterSpec = { readonly [name: string]: unknown };

/** Where in a filter something is wrong. `path` is relative to the filter. */
export class FilterError extends Error {
  constructor(
    readonly path: readonly (string | number)[],
    message: string,
  ) {
    super(message);
  }
}

/** One condition of a filter that all events must meet, with its text for `--explain`. */
export interface Clause {
  readonly text: string;
  readonly test: Test;
  /** All fields that it reads: what the rule index goes by. */
  readonly fields: readonly string[];
}

type Path = readonly (string | number)[];

/** Compiles a filter once into its clauses. Throws a FilterError. */
export function compileFilter(spec: FilterSpec): Clause[] {
  return clausesOf(spec, []);
}

/** One clause that is met when every one of these is. */
export function everyClause(clauses: readonly Clause[]): Clause {
  return {
    text: clauses.map(({ text }) => text).join(', '),
    test: everyTest(clauses.map(({ test }) => test)),
    fields: clauses.flatMap(({ fields }) => fields),
  };
}

/** A test that is true when all are. Short lists are written out: this runs for every event and rule. */
export function everyTest(tests: readonly Test[]): Test {
  const [a, b, c] = tests;
  if (tests.length === 0) return () => true;
  if (tests.length === 1 && a !== undefined) return a;
  if (tests.length === 2 && a !== undefined && b !== undefined) return (view) => a(view) && b(view);
  if (tests.length === 3 && a !== undefined && b !== undefined && c !== undefined)
    return (view) => a(view) && b(view) && c(view);
  return (view) => tests.every((test) => test(view));
}

function clausesOf(spec: unknown, path: Path): Clause[] {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec))
    throw new FilterError(path, 'a filter is a mapping of fields to conditions');
  return Object.entries(spec).map(([name, condition]) => clauseOf(name, condition, [...path, name]));
}

function clauseOf(name: string, condition: unknown, path: Path): Clause {
  if (name === 'all' || name === 'any') {
    if (!Array.isArray(condition) || condition.length === 0)
      throw new FilterError(path, `"${name}" takes a list of filters`);
    const parts = condition.map((part, index) => everyClause(clausesOf(part, [...path, index])));
    const tests = parts.map((part) => part.test);
    const fields = parts.flatMap((part) => part.fields);
    const test: Test =
      name === 'all'
        ? (view) => tests.every((each) => each(view))
        : (view) => tests.some((each) => each(view));
    return { text: `${name} of ${tests.length}`, test, fields };
  }
  if (name === 'not') {
    const inner = everyClause(clausesOf(condition, path));
    const { test, fields } = inner;
    return { text: `not ${JSON.stringify(condition)}`, test: (view) => !test(view), fields };
  }
  return fieldClause(name, condition, path);
}

function fieldClause(field: string, condition: unknown, path: Path): Clause {
  const read = guarded(path, () => compileField(field));
  const text = `${field}: ${JSON.stringify(condition)}`;
  if (isScalar(condition) || Array.isArray(condition)) {
    return { text, test: oneOf(read, scalars(condition, path)), fields: [field] };
  }
  if (typeof condition !== 'object' || condition === null)
    throw new FilterError(path, 'a condition is a value, a list of values or a mapping of operators');
  const tests = Object.entries(condition).map(([name, operand]) =>
    operatorTest(read, name, operand, [...path, name]),
  );
  if (tests.length === 0) throw new FilterError(path, 'a condition needs an operator');
  return { text, test: everyTest(tests), fields: [field] };
}

type Operator = (read: FieldReader, operand: unknown, path: Path) => Test;

const OPERATORS: Readonly<Record<string, Operator>> = {
  exists: (read, operand, path) => {
    if (typeof operand !== 'boolean') throw new FilterError(path, 'this operator takes true or false');
    return (view) => (read(view) !== undefined) === operand;
  },
  contains: (read, operand, path) => {
    const matcher = guarded(path, () => new WordMatcher(words(operand, path)));
    return onText(read, (text) => matcher.isIn(text));
  },
  prefix: (read, operand, path) => {
    const matcher = guarded(path, () => new EdgeMatcher(words(operand, path), 'beginning'));
    return onText(read, (text) => matcher.isAt(text));
  },
  suffix: (read, operand, path) => {
    const matcher = guarded(path, () => new EdgeMatcher(words(operand, path), 'end'));
    return onText(read, (text) => matcher.isAt(text));
  },
  /** RE2 runs in time linear in the text, whatever the pattern. */
  matches: (read, operand, path) => {
    if (typeof operand !== 'string') throw new FilterError(path, 'this operator takes one pattern, a string');
    const pattern = guarded(path, () => RE2JS.compile(operand));
    return onText(read, (text) => pattern.matcher(text).find());
  },
  gt: (read, operand, path) => onNumber(read, operand, path, (value, bound) => value > bound),
  gte: (read, operand, path) => onNumber(read, operand, path, (value, bound) => value >= bound),
  lt: (read, operand, path) => onNumber(read, operand, path, (value, bound) => value < bound),
  lte: (read, operand, path) => onNumber(read, operand, path, (value, bound) => value <= bound),
};

/** The operators of a condition. */
export const OPERATOR_NAMES = Object.keys(OPERATORS);

function operatorTest(read: FieldReader, name: string, operand: unknown, path: Path): Test {
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined)
    throw new FilterError(path, `no operator "${name}"; there are ${OPERATOR_NAMES.join(', ')}`);
  return operator(read, operand, path);
}

function oneOf(read: FieldReader, values: readonly Scalar[]): Test {
  const [only] = values;
  const set = new Set<unknown>(values);
  const isOne = values.length === 1 ? (value: unknown) => value === only : (value: unknown) => set.has(value);
  return (view) => {
    const value = read(view);
    return Array.isArray(value) ? value.some(isOne) : isOne(value);
  };
}

function onText(read: FieldReader, accepts: (text: string) => boolean): Test {
  return (view) => {
    const value = read(view);
    if (typeof value === 'string') return accepts(value);
    return Array.isArray(value) && value.some((part) => typeof part === 'string' && accepts(part));
  };
}

type Comparison = (value: number, bound: number) => boolean;

function onNumber(read: FieldReader, operand: unknown, path: Path, compare: Comparison): Test {
  if (typeof operand !== 'number') throw new FilterError(path, 'this operator takes a number');
  return (view) => {
    const value = read(view);
    return typeof value === 'number' && compare(value, operand);
  };
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function scalars(condition: unknown, path: Path): Scalar[] {
  const values: unknown[] = Array.isArray(condition) ? condition : [condition];
  if (values.length === 0 || !values.every(isScalar))
    throw new FilterError(path, 'a list of values holds strings, numbers or booleans');
  return values;
}

function words(operand: unknown, path: Path): string[] {
  return scalars(operand, path).map(String);
}

function guarded<T>(path: Path, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof FilterError) throw error;
    throw new FilterError(path, error instanceof Error ? error.message : String(error));
  }
}
