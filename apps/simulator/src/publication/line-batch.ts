/** The limits of one request to `/logs`: below the receiver's 1 MiB, and small enough to spread over its partitions. */
export const BATCH_BYTES = 1_000_000;
export const BATCH_LINES = 5_000;
/** UTF-8 writes at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/** The lines of one request, written straight into a buffer that is used again and again. */
export class LineBatch {
  private length = 0;
  private count = 0;

  constructor(private readonly buffer: Buffer) {}

  get lines(): number {
    return this.count;
  }

  /** The body: valid until `clear`. */
  get body(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Appends a line and its end; false when it does not fit any more. A line longer than a batch is cut. */
  append(line: string): boolean {
    const room = this.buffer.length - this.length - 1;
    if (this.count === BATCH_LINES || (line.length * BYTES_PER_UNIT > room && this.count > 0)) return false;
    this.length += this.buffer.write(line, this.length, room, 'utf8');
    this.buffer[this.length] = 0x0a;
    this.length += 1;
    this.count += 1;
    return true;
  }

  clear(): this {
    this.length = 0;
    this.count = 0;
    return this;
  }
}

/** Lends batches and takes them back, so that sending at full speed allocates nothing. */
export class BatchPool {
  private readonly free: LineBatch[] = [];

  take(): LineBatch {
    return this.free.pop()?.clear() ?? new LineBatch(Buffer.allocUnsafe(BATCH_BYTES));
  }

  giveBack(batch: LineBatch): void {
    this.free.push(batch);
  }
}
