import type { NormalisedEvent } from '@watchfloor/contracts';
import type { EventField } from './event-field';

/**
 * The shape of an event as JSON: the event itself with its words in place, and for every other value the text of a slot.
 * Each slot but `time` and `ends` takes one 32-bit cell of the row.
 */
export const SLOTS = {
  /** The event time of the row. No cell. */
  time: '$t',
  /** The addresses of source and destination, as far as the event has them. No cell. */
  ends: '$e',
  /** Cell: length in UTF-16 units of the next piece of the batch's text. */
  text: '$s',
  /** Cell: number of a name of the batch. */
  name: '$n',
  /** Cell: the number itself, an integer of 32 bits without sign. */
  integer: '$i',
  /** Cell: length of the next piece of text, which is any other number. */
  number: '$f',
  /** Cell: length of the next piece of text, which is JSON. */
  json: '$j',
} as const;

export type SlotName = keyof typeof SLOTS;

const slotNames = new Map<unknown, SlotName>(
  Object.entries(SLOTS).map(([name, text]) => [text, name as SlotName]),
);

/** A word as a shape has it: a text that begins like a slot gets a mark of its own. */
export function toShapeWord(word: string): string {
  return word.startsWith('$') ? `$$${word}` : word;
}

function fromShapeWord(text: string): string {
  return text.startsWith('$$') ? text.slice(2) : text;
}

/** Where the value of a field is: in the shape, or in a cell of the row. */
export type FieldPlace =
  { readonly word: string | number | readonly string[] } | { readonly slot: SlotName; readonly cell: number };

/**
 * Where the rows of one shape have a field: in the shape, in a cell, somewhere inside a value that is JSON, or nowhere.
 * `textBefore` are the cells with the lengths of the pieces of text that lie before its own in a row.
 */
export type RowPlace =
  | { readonly in: 'shape'; readonly word: string | number | readonly string[] }
  | {
      readonly in: 'cell';
      readonly slot: SlotName;
      readonly cell: number;
      readonly textBefore: readonly number[];
    }
  | { readonly in: 'json' }
  | { readonly in: 'nothing' };

/** Reads the values of a row for a shape, slot by slot, in order. */
export interface RowReader {
  next(slot: SlotName): unknown;
}

type Step =
  | { readonly do: 'open'; readonly key: string }
  | { readonly do: 'close' }
  | { readonly do: 'word'; readonly key: string; readonly word: string | number | readonly string[] }
  | { readonly do: 'slot'; readonly key: string; readonly slot: SlotName };

/** The shape of some events of a batch, ready to read rows. */
export class Shape {
  /** Cells that a row of this shape takes. */
  readonly cells: number;
  /** The cells that are lengths of text, in order. */
  readonly textCells: readonly number[];
  /** The cells with the names of source and destination address; -1 where there is none. */
  readonly sourceCell: number;
  readonly targetCell: number;
  readonly #steps: Step[] = [];
  readonly #fields = new Map<string, FieldPlace>();
  readonly #objects = new Set<string>();
  /** By number of the field, as far as asked for. */
  readonly #places: (RowPlace | undefined)[] = [];

  /** @param text as `SLOTS` says. Throws a SyntaxError when it is no JSON. */
  constructor(text: string) {
    const textCells: number[] = [];
    this.cells = this.#read(JSON.parse(text) as Record<string, unknown>, '', 0, textCells);
    this.textCells = textCells;
    this.sourceCell = this.nameCell('source.ip');
    this.targetCell = this.nameCell('destination.ip');
  }

  /** Where the field at a dotted path is; undefined when events of this shape have none. */
  field(path: string): FieldPlace | undefined {
    return this.#fields.get(path);
  }

  /** Where a row of this shape has a field; found once for each field. */
  placeOf(field: EventField): RowPlace {
    return (this.#places[field.number] ??= this.#find(field));
  }

  /** Whether all rows of this shape have the same value of a field, or none. */
  isConstant(field: EventField): boolean {
    const { in: where } = this.placeOf(field);
    return where === 'shape' || where === 'nothing';
  }

  /** The cell of a field that is a name; -1 where it is none. */
  nameCell(path: string): number {
    const place = this.#fields.get(path);
    return place !== undefined && 'slot' in place && place.slot === 'name' ? place.cell : -1;
  }

  /** Whether events of this shape have a field or an object at a dotted path. */
  has(path: string): boolean {
    return this.#fields.has(path) || this.#objects.has(path);
  }

  /** The event of a row. */
  build(row: RowReader): NormalisedEvent {
    const root: Record<string, unknown> = {};
    const stack: Record<string, unknown>[] = [];
    let at = root;
    for (const step of this.#steps) {
      switch (step.do) {
        case 'slot':
          at[step.key] = step.slot === 'ends' ? endsOf(root) : row.next(step.slot);
          break;
        case 'word':
          // Lists are shared by all events of the shape: what is written in events is never changed in place.
          at[step.key] = step.word;
          break;
        case 'open': {
          const inner: Record<string, unknown> = {};
          at[step.key] = inner;
          stack.push(at);
          at = inner;
          break;
        }
        default:
          at = stack.pop() ?? root;
      }
    }
    return root as NormalisedEvent;
  }

  #find({ path, names }: EventField): RowPlace {
    const place = this.#fields.get(path);
    if (place !== undefined) {
      if ('word' in place) return { in: 'shape', word: place.word };
      const textBefore = this.textCells.filter((cell) => cell < place.cell);
      return { in: 'cell', slot: place.slot, cell: place.cell, textBefore };
    }
    const enclosing = names.slice(1).map((_, i) => names.slice(0, i + 1).join('.'));
    return { in: enclosing.some((outer) => this.#fields.has(outer)) ? 'json' : 'nothing' };
  }

  #read(part: Record<string, unknown>, prefix: string, from: number, textCells: number[]): number {
    let cells = from;
    for (const [key, value] of Object.entries(part)) {
      const path = prefix + key;
      const slot = slotNames.get(value);
      if (slot !== undefined) {
        this.#steps.push({ do: 'slot', key, slot });
        this.#fields.set(path, { slot, cell: cells });
        if (slot === 'text' || slot === 'number' || slot === 'json') textCells.push(cells);
        if (slot !== 'time' && slot !== 'ends') cells++;
      } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        this.#steps.push({ do: 'open', key });
        this.#objects.add(path);
        cells = this.#read(value as Record<string, unknown>, `${path}.`, cells, textCells);
        this.#steps.push({ do: 'close' });
      } else {
        const word = toWord(value);
        this.#steps.push({ do: 'word', key, word });
        this.#fields.set(path, { word });
      }
    }
    return cells;
  }
}

/** The addresses of an event's ends, source first. */
export function endsOf({ source, destination }: Pick<NormalisedEvent, 'source' | 'destination'>): string[] {
  const ends: string[] = [];
  if (source?.ip !== undefined) ends.push(source.ip);
  if (destination?.ip !== undefined && destination.ip !== source?.ip) ends.push(destination.ip);
  return ends;
}

function toWord(value: unknown): string | number | readonly string[] {
  if (typeof value === 'string') return fromShapeWord(value);
  if (Array.isArray(value)) return value.map((word) => fromShapeWord(String(word)));
  return Number(value);
}
