import type { NormalisedEvent, Stage } from '@watchfloor/contracts';
import type { Batch } from '../batch/batch';
import { decode, decodeBatch, encode, encodeKept, encodeParts } from '../batch-codec';
import { crashedEventLetter, crashedLineLetter } from '../dead-letters/dead-letter';
import type { DeadLetter, RawMeta } from '../entry';
import { mintedId } from '../ingest/ingest';
import type { SegmentEntry } from '../segment';

/** The body of an entry by its rows, each of which is one event or line. */
export interface EntryRows {
  readonly count: number;
  /** The entry as far as the row before `count`: what a row makes of its reader depends on the rows before it. */
  first(count: number): SegmentEntry;
  /** The entry without some rows. What goes by the number of a row keeps its number. */
  without(rows: ReadonlySet<number>): SegmentEntry;
  /** The dead letter of a row of which the worker died. */
  letter(row: number): DeadLetter;
}

/** The rows of an entry of a stage's input. */
export function rowsOf(stage: Stage, entry: SegmentEntry): EntryRows {
  if (stage !== 'ingest') return batchRows(entry);
  const meta = JSON.parse(entry.meta) as RawMeta;
  return meta.codec === 'lines' ? lineRows(entry, meta) : eventRows(entry, meta);
}

const LF = 10;

function lineRows(entry: SegmentEntry, meta: RawMeta): EntryRows {
  const { body } = entry;
  const starts = startsOfLines(body);
  const start = (row: number): number => starts[row] ?? body.length;
  return {
    count: starts.length,
    first: (count) => ({ ...entry, body: body.subarray(0, start(count)) }),
    without: (rows) => ({
      ...entry,
      // A blank line in its place: the ids of the lines behind it are made of their numbers.
      body: Buffer.concat(
        starts.map((from, row) => (rows.has(row) ? Buffer.from('\n') : body.subarray(from, start(row + 1)))),
      ),
    }),
    letter(row) {
      const raw = body.toString('utf8', start(row), start(row + 1)).trimEnd();
      return crashedLineLetter({ entry, row, raw, eventId: mintedId(meta, row) }, meta);
    },
  };
}

function startsOfLines(body: Buffer): number[] {
  const starts: number[] = [];
  for (let start = 0; start < body.length;) {
    starts.push(start);
    const end = body.indexOf(LF, start);
    start = end === -1 ? body.length : end + 1;
  }
  return starts;
}

function eventRows(entry: SegmentEntry, meta: RawMeta): EntryRows {
  const events = decode<NormalisedEvent[]>(entry.body);
  return {
    count: events.length,
    first: (count) => ({ ...entry, body: encode(events.slice(0, count)) }),
    without: (rows) => ({
      ...entry,
      meta: JSON.stringify({ ...meta, skip: [...(meta.skip ?? []), ...rows] }),
    }),
    letter: (row) => crashedEventLetter(rowOf(events, row), entry, row),
  };
}

function batchRows(entry: SegmentEntry): EntryRows {
  const batch = decodeBatch(entry.body);
  return {
    count: batch.times.length,
    first: (count) => ({ ...entry, body: keepRows(batch, (row) => row < count) }),
    without: (rows) => ({ ...entry, body: keepRows(batch, (row) => !rows.has(row)) }),
    letter: (row) => crashedEventLetter(rowOf(batch.events, row), entry, row),
  };
}

function rowOf(events: readonly NormalisedEvent[], row: number): NormalisedEvent {
  const event = events[row];
  if (event === undefined) throw new RangeError(`no row ${row}`);
  return event;
}

function keepRows({ parts }: Batch, keeps: (row: number) => boolean): Buffer {
  let firstRow = 0;
  return encodeParts(
    parts.map((part) => {
      const first = firstRow;
      firstRow += part.length;
      return encodeKept(part, (row) => keeps(first + row));
    }),
  );
}
