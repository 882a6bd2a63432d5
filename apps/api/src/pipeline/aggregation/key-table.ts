import { hashBytes } from '../hash';
import { markOf } from './distinct-count';

const FIRST_SLOTS = 64;
const FIRST_BYTES = 1_024;

/** A slot that no key has. */
const FREE = -1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let scratch = new Uint8Array(1_024);

/**
 * Numbers keys as they come, so that counts of many windows are kept by number and a key's text only once. Text is kept as
 * UTF-8 in one buffer: looking a key up from bytes makes no string, and a string cut from a larger one cannot hold that in memory.
 */
export class KeyTable {
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;
  #starts = new Uint32Array(FIRST_SLOTS);
  #ends = new Uint32Array(FIRST_SLOTS);
  #hashes = new Uint32Array(FIRST_SLOTS);
  /** What sketches need to know of a key; 0 where nobody asked yet. */
  #marks = new Uint32Array(FIRST_SLOTS);
  #slots = new Int32Array(FIRST_SLOTS).fill(FREE);
  #numbered = 0;
  #freed: number[] = [];

  /** Keys held. */
  get size(): number {
    return this.#numbered - this.#freed.length;
  }

  /** One more than the highest number in use. */
  get bound(): number {
    return this.#numbered;
  }

  /** Bytes that keys and their numbers take. */
  get byteLength(): number {
    return this.#bytes.length + this.#starts.length * 16 + this.#slots.length * 4;
  }

  /** The number of a key; a new one if need be. */
  idOf(text: string): number {
    const length = writeText(text);
    return this.idOfBytes(scratch, 0, length);
  }

  /** The number of a key that is known; undefined otherwise. */
  known(text: string): number | undefined {
    const length = writeText(text);
    const id = this.#slots[this.#slotOf(scratch, 0, length, hashBytes(scratch, 0, length, 0))];
    return id === undefined || id === FREE ? undefined : id;
  }

  /** The number of the key in UTF-8 at `[from, to)`. */
  idOfBytes(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to, 0);
    const slot = this.#slotOf(bytes, from, to, hash);
    const known = this.#slots[slot] as number;
    if (known !== FREE) return known;
    const id = this.#freed.pop() ?? this.#numbered++;
    if (id >= this.#starts.length) this.#growNumbers();
    this.#append(id, bytes.subarray(from, to));
    this.#hashes[id] = hash;
    this.#marks[id] = 0;
    this.#slots[slot] = id;
    if (this.size * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2);
    return id;
  }

  /** The key with this number. */
  text(id: number): string {
    return decoder.decode(this.bytes(id));
  }

  /** The UTF-8 of the key with this number; a view that is valid until the next key comes. */
  bytes(id: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[id], this.#ends[id]);
  }

  /** The mark of the key with this number, for a `DistinctCount`. */
  mark(id: number): number {
    const known = this.#marks[id] as number;
    if (known !== 0) return known;
    const mark = markOf(this.#bytes, this.#starts[id] as number, this.#ends[id] as number);
    this.#marks[id] = mark;
    return mark;
  }

  /** Tells which keys begin so, by number. */
  beginningWith(text: string): (id: number) => boolean {
    const length = writeText(text);
    const prefix = scratch.slice(0, length);
    return (id) => {
      const start = this.#starts[id] as number;
      if ((this.#ends[id] as number) - start < prefix.length) return false;
      for (let i = 0; i < prefix.length; i++) if (this.#bytes[start + i] !== prefix[i]) return false;
      return true;
    };
  }

  /** Order of two keys by their UTF-8: less than, equal to or above 0. */
  compare(a: number, b: number): number {
    const [x, y] = [this.#starts[a] as number, this.#starts[b] as number];
    const [xLength, yLength] = [(this.#ends[a] as number) - x, (this.#ends[b] as number) - y];
    const shorter = Math.min(xLength, yLength);
    for (let i = 0; i < shorter; i++) {
      const difference = (this.#bytes[x + i] as number) - (this.#bytes[y + i] as number);
      if (difference !== 0) return difference;
    }
    return xLength - yLength;
  }

  /** Forgets every key that `isUsed` does not name. The others keep their numbers; freed ones are given again. */
  sweep(isUsed: (id: number) => boolean): void {
    const held = new Uint8Array(this.#numbered).fill(1);
    for (const id of this.#freed) held[id] = 0;
    const kept: number[] = [];
    this.#freed = [];
    let length = 0;
    // The lowest free number is given first.
    for (let id = this.#numbered - 1; id >= 0; id--) {
      if (held[id] === 1 && isUsed(id)) {
        kept.push(id);
        length += (this.#ends[id] as number) - (this.#starts[id] as number);
      } else this.#freed.push(id);
    }
    const old = this.#bytes;
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, length * 1.5));
    this.#used = 0;
    for (const id of kept) this.#append(id, old.subarray(this.#starts[id], this.#ends[id]));
    this.#rehash(Math.max(FIRST_SLOTS, 2 ** Math.ceil(Math.log2(kept.length * 2 + 1))), kept);
  }

  #slotOf(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id === FREE) return slot;
      if (this.#hashes[id] === hash && this.#holds(id, bytes, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #holds(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[id] as number;
    if ((this.#ends[id] as number) - start !== to - from) return false;
    for (let i = from; i < to; i++) if (this.#bytes[start + i - from] !== bytes[i]) return false;
    return true;
  }

  #append(id: number, key: Uint8Array): void {
    if (this.#used + key.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + key.length));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    this.#bytes.set(key, this.#used);
    this.#starts[id] = this.#used;
    this.#used += key.length;
    this.#ends[id] = this.#used;
  }

  #growNumbers(): void {
    const grow = (numbers: Uint32Array): Uint32Array<ArrayBuffer> => {
      const larger = new Uint32Array(numbers.length * 2);
      larger.set(numbers);
      return larger;
    };
    this.#starts = grow(this.#starts);
    this.#ends = grow(this.#ends);
    this.#hashes = grow(this.#hashes);
    this.#marks = grow(this.#marks);
  }

  #rehash(slots: number, ids?: readonly number[]): void {
    const old = this.#slots;
    this.#slots = new Int32Array(slots).fill(FREE);
    const mask = slots - 1;
    const place = (id: number): void => {
      let slot = (this.#hashes[id] as number) & mask;
      while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
      this.#slots[slot] = id;
    };
    if (ids) ids.forEach(place);
    else for (const id of old) if (id !== FREE) place(id);
  }
}

/** Writes the UTF-8 of a key to `scratch`; returns its length. Keys are mostly ASCII: a loop beats the encoder there. */
function writeText(text: string): number {
  if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 3);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return encoder.encodeInto(text, scratch).written;
    scratch[i] = code;
  }
  return text.length;
}
