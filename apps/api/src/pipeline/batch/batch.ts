import type { NormalisedEvent } from '@watchfloor/contracts';
import { describe, directionOf, type Side, sideOf } from '../processing/describe';
import { SERVICE_NAMES } from '../processing/service-names';
import type { EndPlace, EndPlaces } from './end-places';
import { type EventField, eventField } from './event-field';
import { RecordReader } from './record-reader';
import { recordsFromBytes } from './records';
import type { Shape } from './shape';

const DIRECTION = eventField('network.direction');
const PROTOCOL = eventField('network.protocol');
const TARGET_PORT = eventField('destination.port');

/** One part of a batch: the records of events that go to one partition, and where their ends are once that is known. */
export class BatchPart {
  readonly reader: RecordReader;
  /** By number of a name: the side of that address, as far as asked for. */
  readonly #sides: { readonly side: Side }[] = [];

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

  /** The shape of the event of a row. */
  shapeAt(row: number): Shape {
    return this.reader.shapeAt(row);
  }

  /** The value of a field of the event of a row, as enrichment leaves it, without building the event where that can be spared. */
  read(row: number, field: EventField): unknown {
    const value = this.reader.value(row, field);
    if (this.ends === undefined || !field.isDescribed) return value;
    if (field === DIRECTION) return value ?? this.#direction(row);
    if (field === PROTOCOL) return value ?? this.#protocol(row);
    return field.of(this.event(row));
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

  #direction(row: number): string | undefined {
    const shape = this.reader.shapeAt(row);
    const firstCell = this.reader.firstCellOf(row);
    const from = this.#sideAt(firstCell, shape.sourceCell);
    const isAtOwnHost = shape.targetCell < 0 && shape.has('host.name');
    return directionOf(from, isAtOwnHost ? 'internal' : this.#sideAt(firstCell, shape.targetCell));
  }

  #sideAt(firstCell: number, cell: number): Side {
    if (cell < 0) return undefined;
    const { cells, names } = this.reader.records;
    const name = cells[firstCell + cell] ?? 0;
    return (this.#sides[name] ??= { side: sideOf(names[name] ?? '') }).side;
  }

  #protocol(row: number): string | undefined {
    const port = this.reader.value(row, TARGET_PORT);
    return typeof port === 'number' ? SERVICE_NAMES.get(port) : undefined;
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
  get times(): Float64Array {
    const [only] = this.parts;
    if (only !== undefined && this.parts.length === 1) return only.reader.records.times;
    const times = new Float64Array(this.parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const { reader } of this.parts) {
      times.set(reader.records.times, at);
      at += reader.length;
    }
    return times;
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
