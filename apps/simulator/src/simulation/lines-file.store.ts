import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/** Text gathered before it is handed to the stream. */
const CHUNK_CHARACTERS = 65_536;

/** Writes lines to a file, or to standard output for `-`. */
export class LinesFile {
  private readonly stream: Writable;
  private readonly standard: boolean;
  private chunk = '';
  private written = 0;

  constructor(path: string) {
    this.standard = path === '-';
    this.stream = this.standard ? process.stdout : createWriteStream(path);
  }

  get lines(): number {
    return this.written;
  }

  /** Takes a line; cheap, nothing is written before `flush`. */
  add(line: string): void {
    this.chunk += `${line}\n`;
    this.written += 1;
  }

  /** Writes what has gathered, waiting while the reader is slow. */
  async flush(least = CHUNK_CHARACTERS): Promise<void> {
    if (this.chunk.length < least) return;
    const { chunk } = this;
    this.chunk = '';
    if (!this.stream.write(chunk)) await once(this.stream, 'drain');
  }

  /** Writes the rest and closes the file. */
  async close(): Promise<void> {
    await this.flush(1);
    if (this.standard) return;
    this.stream.end();
    await finished(this.stream);
  }
}
