import { TEXT_LIMITS } from '@watchfloor/contracts';
import { canonicalIp } from '../ip-address';

/** An object as `JSON.parse` returns it: nothing about its fields is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The object in one line of JSON, or undefined when the line is anything else. */
export function parseRecord(line: string): JsonRecord | undefined {
  try {
    return recordOf(JSON.parse(line));
  } catch {
    return undefined; // A line that is no JSON is an expected rejection, not a fault.
  }
}

export function recordOf(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined;
}

/** A text of at least one character, cut to `limit`; numbers are accepted as their digits. */
export function textOf(value: unknown, limit: number = TEXT_LIMITS.keyword): string | undefined {
  if (typeof value === 'string') {
    if (value.length === 0) return undefined;
    return value.length > limit ? value.slice(0, limit) : value;
  }
  return typeof value === 'number' ? String(value) : undefined;
}

/** A count: a whole number of at least 0 that is exact in JSON. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? value : undefined;
}

/** A duration in seconds, as a number or as its text, in the nanoseconds of `event.duration`. */
export function nanosecondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof seconds === 'number' ? countOf(Math.round(seconds * 1e9)) : undefined;
}

export function portOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 65_535 && Number.isInteger(value)
    ? value
    : undefined;
}

/** An address in the spelling that events carry. */
export function ipOf(value: unknown): string | undefined {
  return typeof value === 'string' ? canonicalIp(value) : undefined;
}

/** The texts of a list, or of a single one in its place; at most `most` of them. */
export function textsOf(value: unknown, most = 16): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts: string[] = [];
  for (const entry of list) {
    const text = textOf(entry);
    if (text !== undefined) texts.push(text);
    if (texts.length === most) break;
  }
  return texts;
}
