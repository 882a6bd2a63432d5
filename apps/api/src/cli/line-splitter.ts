import { isUtf8 } from 'node:buffer';

/** One line of the input, or why it cannot be one. */
export type SplitLine =
  { readonly text: string } | { readonly unreadable: 'invalid_encoding' | 'line_too_long' };

const NEWLINE = 10;
const INVALID: SplitLine = { unreadable: 'invalid_encoding' };
const TOO_LONG: SplitLine = { unreadable: 'line_too_long' };

/**
 * Splits bytes, as they come, into lines. Holds at most one line of `longest` bytes: of a longer one it keeps that it
 * was too long. A last line without its line end counts, what follows the last line end does not.
 */
export class LineSplitter {
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private isOverlong = false;

  constructor(private readonly longest: number) {}

  /** Calls `take` for every line that ends within `chunk`. */
  push(chunk: Buffer, take: (line: SplitLine) => void): void {
    const first = chunk.indexOf(NEWLINE);
    if (first < 0) return this.keep(chunk);
    let from = 0;
    if (this.keptBytes > 0 || this.isOverlong) {
      this.keep(chunk.subarray(0, first));
      this.end(take);
      from = first + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= from) this.splitWhole(chunk.subarray(from, last), take);
    if (last + 1 < chunk.length) this.keep(chunk.subarray(last + 1));
  }

  /** Calls `take` for the last line when it has no line end. */
  finish(take: (line: SplitLine) => void): void {
    if (this.keptBytes > 0 || this.isOverlong) this.end(take);
  }

  private keep(part: Buffer): void {
    if (this.isOverlong || part.length === 0) return;
    // Two bytes more than the longest line: its carriage return, and one that tells that it is too long.
    if (this.keptBytes + part.length > this.longest + 2) {
      this.isOverlong = true;
      this.kept = [];
      this.keptBytes = 0;
      return;
    }
    this.kept.push(Buffer.from(part));
    this.keptBytes += part.length;
  }

  private end(take: (line: SplitLine) => void): void {
    const line = Buffer.concat(this.kept);
    const isOverlong = this.isOverlong;
    this.kept = [];
    this.keptBytes = 0;
    this.isOverlong = false;
    take(isOverlong ? TOO_LONG : decode(line));
  }

  /** Lines that lie within one chunk, without their last line end: decoded together when all of it is UTF-8. */
  private splitWhole(bytes: Buffer, take: (line: SplitLine) => void): void {
    if (!isUtf8(bytes)) return splitBytes(bytes, take);
    const text = bytes.toString('utf8');
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      take({ text: text.slice(from, end) });
      from = end + 1;
    }
    take({ text: from === 0 ? text : text.slice(from) });
  }
}

function splitBytes(bytes: Buffer, take: (line: SplitLine) => void): void {
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
    take(decode(bytes.subarray(from, end)));
    from = end + 1;
  }
  take(decode(bytes.subarray(from)));
}

const decode = (line: Buffer): SplitLine => (isUtf8(line) ? { text: line.toString('utf8') } : INVALID);
