import { createReadStream } from 'node:fs';

/** Longer lines are cut: the receiver refuses them one by one anyway (64 KiB), not the whole request. */
const LONGEST_LINE = 262_144;

/** A recorded log: a file, or standard input for `-`. */
export class RecordedLog {
  private ahead: string[] = [];
  private stream: AsyncGenerator<string> | undefined;

  constructor(private readonly path: string) {}

  /** True when it can be read more than once. */
  get isFile(): boolean {
    return this.path !== '-';
  }

  /**
   * Its lines without their ends (LF or CRLF). Bytes are kept as they are, as Latin-1 text. A file is read from its
   * beginning each time, standard input once.
   * @throws the file system's error when it cannot be read.
   */
  async *lines(): AsyncGenerator<string> {
    yield* this.ahead.splice(0);
    yield* this.source();
  }

  /** What `read` gives for the first line for which it gives anything; no line is lost by it. */
  async first<T>(read: (line: string) => T | undefined): Promise<T | undefined> {
    const source = this.source();
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      if (!this.isFile) this.ahead.push(next.value);
      const found = read(next.value);
      if (found !== undefined) {
        if (this.isFile) await source.return(undefined);
        return found;
      }
    }
    return undefined;
  }

  private source(): AsyncGenerator<string> {
    if (this.isFile) return split(createReadStream(this.path));
    this.stream ??= split(process.stdin);
    return this.stream;
  }
}

async function* split(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream) {
    const text = typeof chunk === 'string' ? chunk : chunk.toString('latin1');
    const pieces = (rest + text).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) yield clean(piece);
  }
  if (rest !== '') yield clean(rest);
}

function clean(line: string): string {
  return (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, LONGEST_LINE);
}
