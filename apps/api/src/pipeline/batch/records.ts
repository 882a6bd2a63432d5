import { bufferOf, FrameReader, toFrame } from './frame';

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

/** The head of a frame of records: what is few, and how long the columns are. Columns are little-endian, as on every machine that Node runs on. */
type RecordsHead = [
  shapes: readonly string[],
  names: readonly string[],
  future: readonly number[],
  rows: number,
  cells: number,
  textBytes: number,
];

/** The bytes of records. */
export function recordsToBytes({ times, shapes, shapeOf, cells, names, text, future }: Records): Buffer {
  return toFrame([times, cells, shapeOf, text], ([, , , textBytes = 0]): RecordsHead => [
    shapes,
    names,
    future,
    times.length,
    cells.length,
    textBytes,
  ]);
}

/** The records in `bytes`; their text is decoded when it is first asked for. Throws when they are none. */
export function recordsFromBytes(bytes: Uint8Array): Records {
  const frame = new FrameReader(bytes);
  const [shapes, names, future, rows, cells, textBytes] = frame.head as RecordsHead;
  const times = new Float64Array(frame.numbers(rows * Float64Array.BYTES_PER_ELEMENT));
  const values = new Uint32Array(frame.numbers(cells * Uint32Array.BYTES_PER_ELEMENT));
  const shapeOf = new Uint16Array(frame.numbers(rows * Uint16Array.BYTES_PER_ELEMENT));
  const encoded = frame.next(textBytes);
  let text: string | undefined;
  return {
    times,
    shapes,
    shapeOf,
    cells: values,
    names,
    get text() {
      text ??= bufferOf(encoded).toString();
      return text;
    },
    future,
  };
}
