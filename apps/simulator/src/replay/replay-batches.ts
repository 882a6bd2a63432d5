import type { LineClock } from './line-time';

export const REPLAY_BATCH_LINES = 1_000;
/** Below the receiver's 1 MiB, with room for a header. */
export const REPLAY_BATCH_BYTES = 1_000_000;
const LINE_END = 1;

/** A fixed piece of a recorded log: the same file and options give the same pieces every time. */
export interface ReplayBatch {
  /** Number of its first line in the file, from 1. */
  readonly firstLine: number;
  /** The header that its lines need, then the lines; moved in time where that was asked for. */
  readonly lines: readonly string[];
  /** How many lines of the file it holds. */
  readonly fileLines: number;
  /** When its first event happened; undefined when no line has a time. */
  readonly firstUs: number | undefined;
  /** When its newest event happened. */
  readonly lastUs: number | undefined;
  /** The year of its first date without one. */
  readonly year: number | undefined;
}

export interface BatchOptions {
  readonly clock: LineClock;
  readonly shiftUs: number;
  /** A batch holds at most this much event time; Infinity when nothing waits for its pace. */
  readonly spanUs: number;
}

/** Remembers the header of a tab-separated Zeek log, which each request repeats. */
class ZeekHeader {
  private lines: string[] = [];

  see(line: string): void {
    if (line.startsWith('#separator')) this.lines = [];
    if (/^#(separator|set_separator|empty_field|unset_field|path|open|fields|types)\b/.test(line))
      this.lines.push(line);
  }

  /** What must stand before a batch that begins with this line. */
  before(line: string): readonly string[] {
    return line.startsWith('#') ? [] : [...this.lines];
  }
}

interface Growing {
  readonly firstLine: number;
  readonly lines: string[];
  readonly header: number;
  bytes: number;
  firstUs: number | undefined;
  lastUs: number | undefined;
  year: number | undefined;
}

/** Cuts lines (bytes as Latin-1 text, without line ends) into batches. */
export async function* replayBatches(
  lines: AsyncIterable<string>,
  options: BatchOptions,
): AsyncGenerator<ReplayBatch> {
  const { clock, shiftUs, spanUs } = options;
  const header = new ZeekHeader();
  let number = 0;
  let growing: Growing | undefined;
  for await (const line of lines) {
    number += 1;
    const time = clock.read(line);
    const text = shiftUs === 0 ? line : time.shifted(shiftUs);
    if (growing !== undefined && isFull(growing, text, { us: time.us, spanUs })) {
      yield finished(growing);
      growing = undefined;
    }
    growing ??= begin(number, header.before(line));
    header.see(line);
    growing.lines.push(text);
    growing.bytes += text.length + LINE_END;
    if (time.us !== undefined) see(growing, time.us, clock.year);
  }
  if (growing !== undefined) yield finished(growing);
}

function begin(firstLine: number, header: readonly string[]): Growing {
  const bytes = header.reduce((sum, line) => sum + line.length + LINE_END, 0);
  return {
    firstLine,
    lines: [...header],
    header: header.length,
    bytes,
    firstUs: undefined,
    lastUs: undefined,
    year: undefined,
  };
}

function see(growing: Growing, us: number, year: number | undefined): void {
  growing.lastUs = Math.max(growing.lastUs ?? us, us);
  if (growing.firstUs !== undefined) return;
  growing.firstUs = us;
  growing.year = year;
}

function isFull(
  { lines, header, bytes, firstUs }: Growing,
  next: string,
  { us, spanUs }: { us: number | undefined; spanUs: number },
): boolean {
  if (lines.length - header >= REPLAY_BATCH_LINES) return true;
  if (bytes + next.length + LINE_END > REPLAY_BATCH_BYTES) return true;
  return us !== undefined && firstUs !== undefined && us - firstUs >= spanUs;
}

function finished({ header, bytes: _, ...batch }: Growing): ReplayBatch {
  return { ...batch, fileLines: batch.lines.length - header };
}
