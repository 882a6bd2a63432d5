/** Room at first: what is written of one event has it, and there may be thousands of those at a time. */
const FIRST_BYTES = 256;

/** Writes numbers and bytes one behind the other into a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Writes an integer of 0 to 2^53 - 1, seven bits a byte, lowest first. */
  number(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Writes bytes without their length. */
  raw(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + by));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. */
export class ByteReader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Place of the next byte. */
  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  number(): number {
    let byte = this.bytes[this.#at++] as number;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    do {
      byte = this.bytes[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte > 0x7f);
    return value;
  }

  /** Steps over `length` bytes; returns where they begin. */
  skip(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.bytes.length) throw new RangeError('bytes end early');
    return from;
  }
}
