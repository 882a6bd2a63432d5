import type { Dataset, NormalisedEvent, RequestedDataset } from '@watchfloor/contracts';
import type { LineReader, ReadingContext, ReadOutcome, Rejection } from './format';
import { createLineReader } from './normalise';

/** Where the value of one field of the event came from. */
export interface FieldOrigin {
  /** Path in the event: `source.ip`. */
  readonly field: string;
  readonly value: string | number;
  /** Character range of the line, end exclusive; absent where the value is no part of the line. */
  readonly range?: readonly [start: number, end: number];
  /** What stands in that range. */
  readonly text?: string;
  /** `read` from the range, or `derived` from the kind of line (categories, severity …). */
  readonly how: 'read' | 'derived';
}

/** How a line is read. */
export interface Explanation {
  /** The dataset that the line was read as; absent when `auto` recognised none. */
  readonly dataset?: Dataset;
  /** The name of the form that the line has: a pattern, or the action where that says as much. */
  readonly pattern?: string;
  readonly event?: NormalisedEvent;
  readonly fields: readonly FieldOrigin[];
  readonly rejected?: Rejection['rejected'];
}

/** Timestamps as the formats write them, for the range of `@timestamp`. */
const TIME =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?|\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d|\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?|\b\d{1,11}\.\d{1,9}\b/;

/** Groups of the event that describe the reading, not the line. */
const DERIVED = /^(?:ecs\.|event\.(?:kind|category|type|action|outcome|severity|dataset|module|id)|tags)/;
/** Fields that stand before the message and are searched from the beginning. */
const ENVELOPE = /^(?:host\.|process\.(?:name|pid))/;

/**
 * Reads one line as `normalise` does and says how. Throws a RangeError when the context's zone does not exist.
 */
export function explain(dataset: RequestedDataset, line: string, context: ReadingContext): Explanation {
  const reader = createLineReader(dataset, context);
  return explainOutcome({ dataset, reader }, line, reader.read(line));
}

/** Says how a reader for `dataset` came to the outcome of the line that it read last. */
export function explainOutcome(
  { dataset, reader }: { readonly dataset: RequestedDataset; readonly reader: LineReader },
  line: string,
  outcome: ReadOutcome,
): Explanation {
  const found = dataset === 'auto' ? reader.datasetOf?.(line) : dataset;
  const asDataset = found === undefined ? {} : { dataset: found };
  if ('rejected' in outcome) return { ...asDataset, fields: [], rejected: outcome.rejected };
  const { event } = outcome;
  const pattern = reader.patternOf?.(line) || (event.event.action ?? '');
  return { ...asDataset, pattern, event, fields: origins(event, line) };
}

function origins(event: NormalisedEvent, line: string): FieldOrigin[] {
  const messageAt = endOfEnvelope(event, line);
  return leaves(event, '')
    .filter(({ field }) => field !== 'event.original')
    .map(({ field, value }) => origin(field, value, line, messageAt));
}

function origin(field: string, value: string | number, line: string, messageAt: number): FieldOrigin {
  if (DERIVED.test(field)) return { field, value, how: 'derived' };
  const range = field === '@timestamp' ? timeRange(line) : valueRange(field, String(value), line, messageAt);
  if (range === undefined) return { field, value, how: 'derived' };
  return { field, value, range, text: line.slice(...range), how: 'read' };
}

function timeRange(line: string): [number, number] | undefined {
  const match = TIME.exec(line);
  return match ? [match.index, match.index + match[0].length] : undefined;
}

/** Position behind `program[pid]:`, from which the fields of the message are searched. */
function endOfEnvelope(event: NormalisedEvent, line: string): number {
  const name = event.process?.name;
  if (name === undefined) return 0;
  const at = line.indexOf(name);
  return at < 0 ? 0 : Math.max(line.indexOf(': ', at), 0);
}

function valueRange(
  field: string,
  value: string,
  line: string,
  messageAt: number,
): [number, number] | undefined {
  const from = ENVELOPE.test(field) ? 0 : messageAt;
  const at = wholeWordAt(value, line, from) ?? wholeWordAt(value, line, 0);
  return at === undefined ? undefined : [at, at + value.length];
}

/** The first place from a position on where the text stands by itself, not within a longer word or number. */
function wholeWordAt(text: string, line: string, from: number): number | undefined {
  if (text === '') return undefined;
  for (let at = line.indexOf(text, from); at >= 0; at = line.indexOf(text, at + 1)) {
    if (!isWordAt(line, at - 1) && !isWordAt(line, at + text.length)) return at;
  }
  return undefined;
}

const isWordAt = (line: string, at: number): boolean => /\w/.test(line.charAt(at));

interface Leaf {
  readonly field: string;
  readonly value: string | number;
}

function leaves(group: object, prefix: string): Leaf[] {
  return Object.entries(group).flatMap(([key, value]: [string, unknown]): Leaf[] => {
    const field = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof value === 'string' || typeof value === 'number') return [{ field, value }];
    if (Array.isArray(value)) return value.map((entry) => ({ field, value: String(entry) }));
    return typeof value === 'object' && value !== null ? leaves(value, field) : [];
  });
}
