import type { NormalisedEvent } from '@watchfloor/contracts';
import type { Records } from './records';
import type { EventField } from './event-field';
import { endsOf, Shape, type RowPlace, type RowReader, type SlotName } from './shape';

/** Shapes read so far; beyond this many the memory starts again. */
const KEPT_SHAPES = 4_096;

const kept = new Map<string, Shape>();

function shapeFrom(text: string): Shape {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const shape = new Shape(text);
  if (kept.size >= KEPT_SHAPES) kept.clear();
  kept.set(text, shape);
  return shape;
}

/** Reads records: single values by column without building events, or the events. */
export class RecordReader implements RowReader {
  readonly shapes: readonly Shape[];
  #row = 0;
  #cell = 0;
  #piece = 0;
  /** First cell of each row, and where its text begins. */
  #cellsFrom: Uint32Array | undefined;
  #textFrom: Uint32Array | undefined;

  constructor(readonly records: Records) {
    this.shapes = records.shapes.map(shapeFrom);
  }

  get length(): number {
    return this.records.times.length;
  }

  /** Calls `visit` for each row in order, with the number of its first cell. */
  eachRow(visit: (row: number, shape: Shape, firstCell: number) => void): void {
    let cell = 0;
    for (let row = 0; row < this.length; row++) {
      const shape = this.#shape(row);
      visit(row, shape, cell);
      cell += shape.cells;
    }
  }

  /** The event of one row, a new object each time, with its shape and the number of the first cell of the row. */
  row(row: number): { event: NormalisedEvent; shape: Shape; firstCell: number } {
    this.#findRows();
    const firstCell = this.#cellsFrom?.[row] ?? 0;
    this.#row = row;
    this.#cell = firstCell;
    this.#piece = this.#textFrom?.[row] ?? 0;
    const shape = this.#shape(row);
    return { event: shape.build(this), shape, firstCell };
  }

  /** The shape of one row. Throws a RangeError when there is no such row. */
  shapeAt(row: number): Shape {
    return this.#shape(row);
  }

  /** The number of the first cell of one row. */
  firstCellOf(row: number): number {
    this.#findRows();
    return this.#cellsFrom?.[row] ?? 0;
  }

  /** The value of a field in one row, without building the event; undefined where the row has none. */
  value(row: number, field: EventField): unknown {
    const place = this.#shape(row).placeOf(field);
    if (place.in === 'shape') return place.word;
    if (place.in === 'nothing') return undefined;
    return place.in === 'cell' ? this.#valueIn(row, place) : field.of(this.row(row).event);
  }

  #valueIn(row: number, { slot, cell, textBefore }: Extract<RowPlace, { in: 'cell' }>): unknown {
    const { cells, names, times } = this.records;
    if (slot === 'time') return isoTime(times[row] ?? 0);
    if (slot === 'ends') return endsOf(this.row(row).event);
    const firstCell = this.firstCellOf(row);
    const value = cells[firstCell + cell] ?? 0;
    if (slot === 'integer') return value;
    if (slot === 'name') return names[value] ?? '';
    let from = this.#textFrom?.[row] ?? 0;
    for (const before of textBefore) from += cells[firstCell + before] ?? 0;
    return valueOfText(slot, this.records.text.slice(from, from + value));
  }

  /** All events in order, each with its shape and the number of the first cell of its row. */
  eachEvent(visit: (event: NormalisedEvent, shape: Shape, firstCell: number) => void): void {
    this.#cell = 0;
    this.#piece = 0;
    for (this.#row = 0; this.#row < this.length; this.#row++) {
      const firstCell = this.#cell;
      const shape = this.#shape(this.#row);
      visit(shape.build(this), shape, firstCell);
    }
  }

  /** The value in the next cell of the row that is being read. */
  next(slot: SlotName): unknown {
    const { cells, names, times } = this.records;
    if (slot === 'time') return isoTime(times[this.#row] ?? 0);
    const value = cells[this.#cell++] ?? 0;
    if (slot === 'integer') return value;
    if (slot === 'name') return names[value] ?? '';
    const text = this.records.text.slice(this.#piece, (this.#piece += value));
    return valueOfText(slot, text);
  }

  #shape(row: number): Shape {
    const shape = this.shapes[this.records.shapeOf[row] ?? 0];
    if (shape === undefined) throw new RangeError(`no shape for row ${row}`);
    return shape;
  }

  #findRows(): void {
    if (this.#cellsFrom !== undefined) return;
    const { cells } = this.records;
    const cellsFrom = new Uint32Array(this.length);
    const textFrom = new Uint32Array(this.length);
    let text = 0;
    this.eachRow((row, shape, firstCell) => {
      cellsFrom[row] = firstCell;
      textFrom[row] = text;
      for (const cell of shape.textCells) text += cells[firstCell + cell] ?? 0;
    });
    this.#cellsFrom = cellsFrom;
    this.#textFrom = textFrom;
  }
}

function valueOfText(slot: SlotName, text: string): unknown {
  if (slot === 'text') return text;
  return slot === 'number' ? Number(text) : JSON.parse(text);
}

let lastTime = Number.NaN;
let lastText = '';

/** ISO 8601 of an event time; neighbours often have the same. */
function isoTime(time: number): string {
  if (time !== lastTime) {
    lastTime = time;
    lastText = new Date(time).toISOString();
  }
  return lastText;
}
