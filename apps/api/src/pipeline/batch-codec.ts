import type { NormalisedEvent } from '@watchfloor/contracts';
import { Packr } from 'msgpackr';
import { Batch, BatchPart } from './batch/batch';
import { type EndPlaces, placeFromText, placeToText } from './batch/end-places';
import { RecordWriter } from './batch/record-writer';
import { FrameReader, toFrame } from './batch/frame';
import { recordsToBytes } from './batch/records';
import type { AddressPlace } from './processing/address-place';

/** Records: the shape of an object is written once. Bundled strings: all of them in one piece. Integers beyond 32 bit travel as floats. */
const packr = new Packr({ useRecords: true, bundleStrings: true, moreTypes: false });

const writer = new RecordWriter();

const NO_PLACES = new Uint16Array(0);

/** What is written of some events; `times` are theirs in ms since the epoch, `future` are row numbers. */
export interface Rows {
  readonly times: readonly number[];
  readonly events: readonly NormalisedEvent[];
  readonly future?: readonly number[];
}

/** The places of the names of a part: for each name which one, from 1, 0 = none. */
export interface FoundPlaces {
  readonly placeOf: Uint16Array;
  readonly places: readonly AddressPlace[];
}

/** A part of a body, ready to be written. */
export interface EncodedPart {
  readonly partition: number;
  readonly records: Uint8Array;
  readonly found?: FoundPlaces;
}

/** The head of a body: its parts, each with the lengths of its columns in bytes; no places where nothing was looked up. */
type BodyHead = readonly [
  partition: number,
  recordBytes: number,
  placeOfBytes: number,
  places: readonly string[] | null,
][];

/** The records of events that go to one partition. */
export function encodeRows({ times, events, future = [] }: Rows): Buffer {
  return recordsToBytes(writer.write(events, times, future));
}

/** The body of a normalised or keyed entry. */
export function encodeParts(parts: readonly EncodedPart[]): Buffer {
  const columns = parts.flatMap(({ records, found }) => [records, found?.placeOf ?? NO_PLACES]);
  return toFrame(columns, (lengths): BodyHead =>
    parts.map(({ partition, found }, i) => [
      partition,
      lengths[i * 2] ?? 0,
      lengths[i * 2 + 1] ?? 0,
      found === undefined ? null : found.places.map(placeToText),
    ]),
  );
}

/** The body of an entry whose events all go to one partition and are enriched as far as they will be. */
export function encodeBatch(rows: Rows, partition = 0): Buffer {
  return encodeParts([{ partition, records: encodeRows(rows) }]);
}

/** The batch in the body of a normalised or keyed entry; an empty one has no events. Throws when it is none. */
export function decodeBatch(bytes: Uint8Array): Batch {
  if (bytes.length === 0) return new Batch([]);
  const frame = new FrameReader(bytes);
  return new Batch(
    (frame.head as BodyHead).map(([partition, recordBytes, placeOfBytes, places]) => {
      const records = frame.next(recordBytes);
      const placeOf = frame.numbers(placeOfBytes);
      const ends: EndPlaces | undefined =
        places === null
          ? undefined
          : { placeOf: new Uint16Array(placeOf), places: places.map(placeFromText) };
      return new BatchPart(partition, records, ends);
    }),
  );
}

/** A part with some of its rows only. */
export function encodeKept(part: BatchPart, keeps: (row: number) => boolean): EncodedPart {
  const { times, future } = part.reader.records;
  const events = part.events();
  const rows = [...events.keys()].filter(keeps);
  const records = encodeRows({
    times: rows.map((row) => times[row] ?? 0),
    events: rows.flatMap((row) => events[row] ?? []),
    future: rows.flatMap((row, at) => (future.includes(row) ? [at] : [])),
  });
  return { partition: part.partition, records };
}

/** The bytes of any plain value of ours. */
export function encode(value: unknown): Buffer {
  return packr.pack(value);
}

/** The value in `bytes`; the caller knows its type because it wrote it. */
export function decode<T>(bytes: Buffer): T {
  return packr.unpack(bytes) as T;
}
