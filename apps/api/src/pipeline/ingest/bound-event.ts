import { NormalisedEventSchema, TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import type { TSchema } from '@sinclair/typebox';

/** No value of a line this short can pass the limit of a keyword, so there is nothing to bound. */
export const SHORT_LINE = TEXT_LIMITS.keyword;

/** Cuts in place what is longer than the schema allows: text to `maxLength`, lists to `maxItems`. */
export function boundEvent(event: NormalisedEvent): void {
  boundObject(event, NormalisedEventSchema);
}

type Group = Record<string, unknown>;

function boundObject(group: Group, schema: TSchema): void {
  const properties: Readonly<Record<string, TSchema>> | undefined = schema['properties'];
  const every: Readonly<Record<string, TSchema>> | undefined = schema['patternProperties'];
  const [record] = every === undefined ? [] : Object.values(every);
  for (const key of Object.keys(group)) {
    const expected = properties?.[key] ?? record;
    if (expected !== undefined) group[key] = bounded(group[key], expected);
  }
}

function bounded(value: unknown, schema: TSchema): unknown {
  if (typeof value === 'string') return cut(value, schema['maxLength'] ?? Infinity);
  if (Array.isArray(value)) {
    const longest: number = schema['maxItems'] ?? Infinity;
    const kept = value.length > longest ? value.slice(0, longest) : value;
    return kept.map((entry: unknown) => bounded(entry, schema['items']));
  }
  if (typeof value === 'object' && value !== null) boundObject(value as Group, schema);
  return value;
}

/** The beginning of a text, not ending within a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

/** The beginning of a text that takes at most `bytes` in UTF-8, not ending within a character. */
export function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  let taken = 0;
  let at = 0;
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0;
    taken += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (taken > bytes) return text.slice(0, at);
    at += point < 0x10000 ? 1 : 2;
  }
  return text;
}
