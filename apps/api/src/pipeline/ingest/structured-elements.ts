const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 91;
const CLOSE = 93;
const SPACE = 32;

/**
 * The position behind the STRUCTURED-DATA of RFC 5424 (section 6.3) that begins at `at`, and behind the space after
 * it: `-`, or elements `[id name="value"]` in whose quoted values `]` and `"` may stand escaped.
 */
export function afterStructuredElements(line: string, at: number): number {
  if (line.charCodeAt(at) === 45) return Math.min(at + 2, line.length);
  let next = at;
  while (line.charCodeAt(next) === OPEN) {
    const end = elementEnd(line, next + 1);
    if (end < 0) return at;
    next = end;
  }
  return line.charCodeAt(next) === SPACE ? next + 1 : next;
}

function elementEnd(line: string, from: number): number {
  let quoted = false;
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH && quoted) at++;
    else if (code === CLOSE && !quoted) return at + 1;
  }
  return -1;
}
