/**
 * A frame: the length of its head (32 bit, little-endian), the head as JSON, then columns of bytes whose lengths the head
 * knows. Everything is copied once, into memory of the frame's own size.
 */
const HEAD_LENGTH_BYTES = 4;

/** Bytes of a column: numbers, or text that is written as UTF-8. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array | string;

/** The bytes of a frame. `head` is given the lengths of the columns in bytes. */
export function toFrame(columns: readonly Column[], head: (lengths: readonly number[]) => unknown): Buffer {
  const lengths = columns.map((column) =>
    typeof column === 'string' ? Buffer.byteLength(column) : column.byteLength,
  );
  const json = JSON.stringify(head(lengths));
  const jsonBytes = Buffer.byteLength(json);
  const total = lengths.reduce((sum, length) => sum + length, HEAD_LENGTH_BYTES + jsonBytes);
  const frame = Buffer.allocUnsafeSlow(total);
  frame.writeUInt32LE(jsonBytes);
  let at = HEAD_LENGTH_BYTES + frame.write(json, HEAD_LENGTH_BYTES);
  for (const column of columns) {
    if (typeof column === 'string') at += frame.write(column, at);
    else {
      frame.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
      at += column.byteLength;
    }
  }
  return frame;
}

/** Reads a frame: its head, then its columns in the order in which they were written. Throws when it is none. */
export class FrameReader {
  readonly head: unknown;
  #at: number;

  constructor(private readonly frame: Uint8Array) {
    const bytes = bufferOf(frame);
    this.#at = HEAD_LENGTH_BYTES + bytes.readUInt32LE();
    this.head = JSON.parse(bytes.toString('utf8', HEAD_LENGTH_BYTES, this.#at));
  }

  /** The next column, where it lies. */
  next(length: number): Uint8Array {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.frame.byteLength) throw new RangeError('a frame ends before its columns do');
    return this.frame.subarray(from, this.#at);
  }

  /** The next column in memory of its own: numbers must begin where their size divides the address. */
  numbers(length: number): ArrayBuffer {
    const { buffer, byteOffset } = this.next(length);
    return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
  }
}

/** The same bytes as a Buffer. */
export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
