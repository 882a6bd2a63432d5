const LF = 10;
const CR = 13;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of a request body without their ends (LF or CRLF); the last one counts when it has text.
 * A line that is not UTF-8 is undefined. A whole body in UTF-8, the usual case, is decoded in one go.
 */
export function* splitLines(body: Uint8Array): Generator<string | undefined> {
  const text = decodeOrUndefined(body);
  if (text === undefined) {
    yield* splitBytes(body);
    return;
  }
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    yield text.slice(start, text.charCodeAt(end - 1) === CR && end > start ? end - 1 : end);
    start = end + 1;
  }
  if (start < text.length) yield text.slice(start);
}

/** How many lines `splitLines` gives, without decoding. */
export function countLines(body: Uint8Array): number {
  let count = 0;
  let start = 0;
  for (let end = body.indexOf(LF); end !== -1; end = body.indexOf(LF, start)) {
    count++;
    start = end + 1;
  }
  return start < body.length ? count + 1 : count;
}

function* splitBytes(body: Uint8Array): Generator<string | undefined> {
  let start = 0;
  while (start < body.length) {
    const found = body.indexOf(LF, start);
    const next = found === -1 ? body.length : found;
    const end = next > start && found !== -1 && body[next - 1] === CR ? next - 1 : next;
    yield decodeOrUndefined(body.subarray(start, end));
    start = next + 1;
  }
}

function decodeOrUndefined(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    // The decoder's one way to say that the bytes are not UTF-8.
    return undefined;
  }
}
