import { pack, unpack } from 'msgpackr';

/** Events as they travel: columns of numbers, and what is text in one piece. */
export interface Records {
  /** Event times in ms since the epoch, one a row. */
  readonly times: Float64Array;
  /** JSON of the shapes, see `SLOTS`. */
  readonly shapes: readonly string[];
  /** The shape of each row. */
  readonly shapeOf: Uint16Array;
  /** The cells of all rows, one row after the other. */
  readonly cells: Uint32Array;
  readonly names: readonly string[];
  readonly text: string;
  /** Row numbers of events from the future. */
  readonly future: readonly number[];
}

/** Records as bytes; columns are little-endian numbers, as on every machine that Node runs on. */
type WiredRecords = [
  times: Uint8Array,
  shapes: readonly string[],
  shapeOf: Uint8Array,
  cells: Uint8Array,
  names: readonly string[],
  text: Uint8Array,
  future: readonly number[],
];

/** The bytes of records. */
export function recordsToBytes({ times, shapes, shapeOf, cells, names, text, future }: Records): Buffer {
  const wired: WiredRecords = [
    bytesOf(times),
    shapes,
    bytesOf(shapeOf),
    bytesOf(cells),
    names,
    Buffer.from(text),
    future,
  ];
  return pack(wired);
}

/** The records in `bytes`; their text is decoded when it is first asked for. Throws when they are none. */
export function recordsFromBytes(bytes: Uint8Array): Records {
  const [times, shapes, shapeOf, cells, names, text, future] = unpack(bytes) as WiredRecords;
  let decoded: string | undefined;
  return {
    times: new Float64Array(aligned(times)),
    shapes,
    shapeOf: new Uint16Array(aligned(shapeOf)),
    cells: new Uint32Array(aligned(cells)),
    names,
    get text() {
      decoded ??= Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString();
      return decoded;
    },
    future,
  };
}

/** The bytes of a column. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** The bytes of a column in memory of their own: a column must begin where the size of its numbers divides the address. */
export function aligned({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
