import type { NormalisedEvent } from '@watchfloor/contracts';
import { describe } from '../processing/describe';
import type { EndPlace, EndPlaces } from './end-places';
import { RecordReader } from './record-reader';
import { recordsFromBytes } from './records';
import type { Shape } from './shape';

/** One part of a batch: the records of events that go to one partition, and where their ends are once that is known. */
export class BatchPart {
  readonly reader: RecordReader;

  constructor(
    /** The partition that its events are keyed to. */
    readonly partition: number,
    /** Its records as they travel. */
    readonly bytes: Uint8Array,
    private readonly ends: EndPlaces | undefined,
  ) {
    this.reader = new RecordReader(recordsFromBytes(bytes));
  }

  get length(): number {
    return this.reader.length;
  }

  /** The place of the name in a cell, if it has one. @param cell -1: none */
  placeAt(firstCell: number, cell: number): EndPlace | undefined {
    if (cell < 0 || this.ends === undefined) return undefined;
    const name = this.reader.records.cells[firstCell + cell] ?? 0;
    return this.ends.places[(this.ends.placeOf[name] ?? 0) - 1];
  }

  /** The event of a row as enrichment leaves it; a new object each time. */
  event(row: number): NormalisedEvent {
    const { event, shape, firstCell } = this.reader.row(row);
    this.#describe(event, shape, firstCell);
    return event;
  }

  /** All its events, as enrichment leaves them. */
  events(): NormalisedEvent[] {
    const events: NormalisedEvent[] = [];
    this.reader.eachEvent((event, shape, firstCell) => {
      this.#describe(event, shape, firstCell);
      events.push(event);
    });
    return events;
  }

  #describe(event: NormalisedEvent, { sourceCell, targetCell }: Shape, firstCell: number): void {
    if (this.ends === undefined) return;
    describe(event, this.placeAt(firstCell, sourceCell), this.placeAt(firstCell, targetCell));
  }
}

/** The body of a normalised or keyed entry: what is asked of all its rows is put together from the parts when it is asked for. */
export class Batch {
  #events: readonly NormalisedEvent[] | undefined;

  constructor(readonly parts: readonly BatchPart[]) {}

  /** Event times in ms since the epoch. */
  get times(): readonly number[] {
    return this.parts.flatMap(({ reader }) => [...reader.records.times]);
  }

  /** Row numbers of events from the future. */
  get future(): readonly number[] {
    let firstRow = 0;
    return this.parts.flatMap(({ reader, length }) => {
      const first = firstRow;
      firstRow += length;
      return reader.records.future.map((row) => first + row);
    });
  }

  /** One row an event, as enrichment leaves them where it has seen them. */
  get events(): readonly NormalisedEvent[] {
    this.#events ??= this.parts.flatMap((part) => part.events());
    return this.#events;
  }
}
