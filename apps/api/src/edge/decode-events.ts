import { holdsForbiddenKey, mayHoldForbiddenKey } from '../http/forbidden-keys';
import { decodeStrictly, parseOrUndefined } from '../http/parse-json';
import type { ProblemCode } from '../http/problem-catalogue';
import { scanJson, type ExcessiveValue, type JsonLayout } from '../http/scan-json';
import { EDGE_LIMITS } from '../pipeline/topology';

/** What the body of `POST /events` is by its media type. */
export type BodyForm = 'json' | 'lines' | 'cloudevent' | 'cloudevents';

export const EVENT_MEDIA_TYPES: Readonly<Record<string, BodyForm>> = {
  'application/json': 'json',
  'application/x-ndjson': 'lines',
  'application/cloudevents+json': 'cloudevent',
  'application/cloudevents-batch+json': 'cloudevents',
};

/** Stand for elements beyond a limit: they are never parsed. */
export const TOO_DEEP = Symbol('too deep');
export const TOO_WIDE = Symbol('too wide');

/** A realistic event has some tens of fields, a body of the largest size fewer than these. */
const MEMBERS = { members: 1_000, membersInAll: 131_072 } as const;

/** The elements of a body in their order, parsed but not judged; or why there are none. */
export type DecodedEvents =
  { readonly elements: readonly unknown[] } | { readonly refused: ProblemCode; readonly detail?: string };

const OPEN_BRACKET = 0x5b;
const NULL = new TextEncoder().encode('null');
/** An envelope puts its event one level down. */
const ENVELOPE = 1;

/** Decodes the body of `POST /events`: encoding, syntax, root, number and keys are judged here, elements are not. */
export function decodeEvents(body: Uint8Array, form: BodyForm): DecodedEvents {
  const layout = layoutOf(body, form);
  if (layout === undefined) return { refused: 'empty_body' };
  const text = decodeStrictly(body);
  const depth = EDGE_LIMITS.depth + (form === 'cloudevent' || form === 'cloudevents' ? ENVELOPE : 0);
  const scan = scanJson(body, layout, { depth, ...MEMBERS });
  if (text === undefined || scan.loneSurrogate) return { refused: 'invalid_encoding' };
  if (!scan.closed) return { refused: 'malformed_json' };
  if (scan.values > EDGE_LIMITS.eventsPerRequest) return { refused: 'too_many_events' };
  if (scan.tooManyMembers) return { refused: 'payload_too_large', detail: 'the events have too many fields' };
  const readable = scan.excessive.length === 0 ? text : without(body, scan.excessive);
  const elements = parse(readable, layout);
  if (elements === undefined) return { refused: 'malformed_json' };
  if (mayHoldForbiddenKey(readable) && holdsForbiddenKey(elements)) return { refused: 'forbidden_key' };
  for (const { index, excess } of scan.excessive) elements[index] = excess === 'depth' ? TOO_DEEP : TOO_WIDE;
  return ofForm(elements, layout, form);
}

/** Undefined when there is nothing but white space. */
function layoutOf(body: Uint8Array, form: BodyForm): JsonLayout | undefined {
  const first = body.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === -1) return undefined;
  if (form === 'lines') return 'lines';
  return body[first] === OPEN_BRACKET ? 'array' : 'value';
}

/** The text with each excessive element replaced by `null`: parsing one costs hundreds of milliseconds. */
function without(body: Uint8Array, excessive: readonly ExcessiveValue[]): string {
  const copy = body.slice();
  for (const { start, end } of excessive) copy.fill(0x20, start, end).set(NULL, start);
  return new TextDecoder().decode(copy);
}

function parse(text: string, layout: JsonLayout): unknown[] | undefined {
  if (layout === 'lines') return parseLines(text);
  const value = parseOrUndefined(text);
  if (value === undefined) return undefined;
  return layout === 'array' ? (value as unknown[]) : [value];
}

/** One value a line; lines of white space are none. A bad line makes the whole body no NDJSON. */
function parseLines(text: string): unknown[] | undefined {
  const elements: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const element = parseOrUndefined(line);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}

function ofForm(elements: unknown[], layout: JsonLayout, form: BodyForm): DecodedEvents {
  const shape = { refused: 'invalid_shape' } as const;
  if (form === 'cloudevents' && layout !== 'array') return { ...shape, detail: 'a batch is an array' };
  if (form === 'cloudevent' && layout === 'array') return { ...shape, detail: 'one CloudEvent is an object' };
  if (elements.length === 0) return { ...shape, detail: 'the array is empty' };
  const [root] = elements;
  if (layout === 'value' && typeof root !== 'symbol' && (typeof root !== 'object' || root === null)) {
    return { ...shape, detail: 'the root is neither an object nor an array' };
  }
  return { elements };
}
