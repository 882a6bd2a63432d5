import { TEXT_LIMITS } from '@watchfloor/contracts';

/** The first line of a request as a server logged it. `method` is present exactly where it is well formed. */
export interface RequestLine {
  readonly text: string;
  readonly method?: string;
  readonly target?: string;
  /** `1.1` of `HTTP/1.1`; absent for HTTP/0.9. */
  readonly version?: string;
  /** The client connected and asked for nothing. */
  readonly empty: boolean;
  readonly malformed: boolean;
}

/** ` HTTP/1.1` and its relatives at the end of a line. */
const VERSION = / HTTP\/(\d(?:\.\d)?)$/;
/** Methods are tokens (RFC 9110 section 9.1); those that exist are words of capitals, some with `-` or `_`. */
const METHOD = /^[A-Za-z][A-Za-z_-]{0,31}$/;
/** Without a version, only a method that everyone knows makes a request of the words. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'PROPFIND',
]);

/**
 * Reads `method SP target SP version` (RFC 9112 section 3). A target may hold raw spaces; everything that is no request
 * line (a TLS hello, another protocol, noise) is malformed and stays as one text.
 */
export function readRequest(text: string): RequestLine {
  if (text === '' || text === '-') return { text, empty: true, malformed: false };
  const space = text.indexOf(' ');
  const method = text.slice(0, space < 0 ? text.length : space);
  const tail = text.length > 12 ? text.slice(-12) : text;
  const version = VERSION.exec(tail);
  const end = version ? text.length - version[0].length : text.length;
  const known = version ? METHOD.test(method) : KNOWN_METHODS.has(method);
  if (space < 0 || end <= space || !known) return { text, empty: false, malformed: true };
  const target = text.slice(space + 1, Math.min(end, space + 1 + TEXT_LIMITS.path));
  if (target === '') return { text, empty: false, malformed: true };
  return version
    ? { text, method, target, version: version[1] ?? '', empty: false, malformed: false }
    : { text, method, target, empty: false, malformed: false };
}
