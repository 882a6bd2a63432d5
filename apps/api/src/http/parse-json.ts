import { holdsForbiddenKey, mayHoldForbiddenKey } from './forbidden-keys';
import type { ProblemCode } from './problem-catalogue';
import { scanJson } from './scan-json';

/** Bounds of the small bodies of the control plane. */
export const CONTROL_BODY = { bytes: 65_536, depth: 16, members: 2_000, membersInAll: 2_000 } as const;

export type ParsedJson = { readonly value: unknown } | { readonly refused: ProblemCode };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes; undefined when they are none or begin with a byte order mark. */
export function decodeStrictly(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return undefined;
  try {
    return strict.decode(bytes);
  } catch {
    // The decoder's one way to say that the bytes are not UTF-8.
    return undefined;
  }
}

/** The parsed value of JSON text; undefined is never a value of JSON. */
export function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's one way to say that the text is not JSON.
    return undefined;
  }
}

/** Parses the body of a control request: one value, small, flat, without keys that reach for a prototype. */
export function parseControlBody(bytes: Uint8Array, mostBytes: number = CONTROL_BODY.bytes): ParsedJson {
  if (bytes.length === 0) return { refused: 'empty_body' };
  if (bytes.length > mostBytes) return { refused: 'payload_too_large' };
  const scan = scanJson(bytes, 'value', CONTROL_BODY);
  const text = decodeStrictly(bytes);
  if (text === undefined || scan.loneSurrogate) return { refused: 'invalid_encoding' };
  if (!scan.closed) return { refused: 'malformed_json' };
  if (scan.excessive.length > 0) return { refused: 'invalid_shape' };
  const value = parseOrUndefined(text);
  if (value === undefined) return { refused: 'malformed_json' };
  if (mayHoldForbiddenKey(text) && holdsForbiddenKey(value)) return { refused: 'forbidden_key' };
  return { value };
}
