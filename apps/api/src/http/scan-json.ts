/** How the values of interest lie in the bytes: the one root value, the elements of a root array, or one a line. */
export type JsonLayout = 'value' | 'array' | 'lines';

/** What one value, and all together, may hold. */
export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly depth: number;
  /** Members and elements at all levels: beyond some ten thousand a parser takes longer than a request may. */
  readonly members: number;
  /** Members and elements of all values together. */
  readonly membersInAll: number;
}

/** A value beyond the limits: its number, which limit, and where it lies, `[start, end)`. */
export interface ExcessiveValue {
  readonly index: number;
  readonly excess: 'depth' | 'members';
  readonly start: number;
  readonly end: number;
}

/** What one pass over the bytes tells, before anything is parsed. */
export interface JsonScan {
  /** Values found; exact for valid JSON. */
  readonly values: number;
  readonly excessive: readonly ExcessiveValue[];
  /** Members and elements of all values are more than there may be. */
  readonly tooManyMembers: boolean;
  /** False when brackets or quotes do not close: not JSON, and no parser needs to see it. */
  readonly closed: boolean;
  /** A `\ud800` escape without its other half stands in a string. */
  readonly loneSurrogate: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const LETTER_U = 0x75;
/** `{` and `[` are the only bytes that become `{` when this bit is set, `}` and `]` likewise `}`. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Finds depth, number and boundaries of the values in JSON bytes without parsing: a deep document costs a parser
 * hundreds of milliseconds per megabyte, this pass about two. It judges nesting, strings and surrogates only.
 */
export function scanJson(bytes: Uint8Array, layout: JsonLayout, limits: JsonLimits): JsonScan {
  const base = layout === 'array' ? 1 : 0;
  const strings = { loneSurrogate: false };
  const excessive: ExcessiveValue[] = [];
  let depth = 0;
  let values = 0;
  let excess: ExcessiveValue['excess'] | undefined;
  let members = 0;
  let membersInAll = 0;
  let content = false;
  let start = 0;
  let closed = true;
  const finish = (end: number): void => {
    if (members >= limits.members) excess ??= 'members';
    if (excess !== undefined) excessive.push({ index: values, excess, start, end });
    if (content) values++;
    excess = undefined;
    content = false;
    membersInAll += members;
    members = 0;
    start = end + 1;
  };
  for (let at = 0; at < bytes.length && closed; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20) {
      if (byte !== NEWLINE || layout !== 'lines') continue;
      closed = depth === 0;
      finish(at);
    } else if (byte === QUOTE) {
      content = true;
      at = endOfString(bytes, at + 1, strings);
      closed = at < bytes.length;
    } else if ((byte | BRACE_BIT) === OPEN) {
      depth++;
      if (depth > base) content = true;
      else start = at + 1;
      if (depth > limits.depth + base) excess = 'depth';
    } else if ((byte | BRACE_BIT) === CLOSE) {
      depth--;
      if (depth < 0) closed = false;
      else if (depth < base) finish(at);
    } else if (byte === COMMA) {
      if (depth === base && layout === 'array') finish(at);
      else members++;
    } else content = true;
  }
  if (layout !== 'array') finish(bytes.length);
  return {
    values,
    excessive,
    tooManyMembers: membersInAll > limits.membersInAll,
    closed: closed && depth === 0,
    loneSurrogate: strings.loneSurrogate,
  };
}

/** The index of the closing quote, or the length of `bytes` where there is none. */
function endOfString(bytes: Uint8Array, from: number, strings: { loneSurrogate: boolean }): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH) at++;
    else if (bytes[at + 1] !== LETTER_U) at += 2;
    else {
      const paired = isHighSurrogate(codeUnit(bytes, at)) && isLowSurrogate(codeUnit(bytes, at + 6));
      if (!paired && isSurrogate(codeUnit(bytes, at))) strings.loneSurrogate = true;
      at += paired ? 12 : 6;
    }
  }
  return bytes.length;
}

/** The code unit of a `\uXXXX` escape at `at`; NaN where there is none. */
function codeUnit(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return NaN;
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit++) {
    unit = unit * 16 + Number.parseInt(String.fromCharCode(bytes[digit] ?? 0), 16);
  }
  return unit;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
