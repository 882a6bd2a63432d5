import type { NormalisedEvent } from '@watchfloor/contracts';
import type { BatchPart } from '../batch/batch';
import type { EndPlace } from '../batch/end-places';
import type { Shape } from '../batch/shape';
import type { SiteOf } from '../processing/site-plan';
import { arcOf, cellOf } from './cell';
import { emptyRow, fillRow, sourceKey } from './counted-row';
import { facetKey, type KnownWords } from './facet';
import type { KeyTable } from './key-table';
import { type CountedKeys, keysOf, NO_KEY, numberOf, type Vocabulary } from './tally';

/** Where the rows of one shape have what is counted; cells, -1 = nowhere. */
interface ShapeColumns {
  readonly facet: string;
  readonly host: number;
  readonly user: number;
  readonly port: number;
}

/** Stands for a name whose number in the vocabulary was not asked for yet. */
const UNKNOWN = -2;

/** Numbers in a vocabulary by the number of a name in a part: each name is looked up once, however many rows have it. */
class PartKeys {
  readonly #names: readonly string[];
  readonly #sources: Int32Array;
  readonly #countries: Int32Array;
  readonly #targets: Int32Array;
  readonly #users: Int32Array;
  readonly #facets = new Map<ShapeColumns, number>();

  constructor(
    { reader }: BatchPart,
    private readonly vocabulary: Vocabulary,
  ) {
    this.#names = reader.records.names;
    const unknown = () => new Int32Array(this.#names.length).fill(UNKNOWN);
    this.#sources = unknown();
    this.#countries = unknown();
    this.#targets = unknown();
    this.#users = unknown();
  }

  facet(columns: ShapeColumns): number {
    let number = this.#facets.get(columns);
    if (number === undefined) {
      number = this.vocabulary.facets.idOf(columns.facet);
      this.#facets.set(columns, number);
    }
    return number;
  }

  /** @param name -1: none */
  source(name: number, place: EndPlace | undefined): number {
    if (name < 0) return NO_KEY;
    const known = this.#sources[name] ?? NO_KEY;
    if (known !== UNKNOWN) return known;
    const key = sourceKey(this.#names[name] ?? '', place?.country ?? '', place?.city ?? '');
    return (this.#sources[name] = numberOf(this.vocabulary.sources, this.#names[name] && key));
  }

  /** The country of the source with this name. */
  country(name: number, place: EndPlace | undefined): number {
    if (name < 0 || place === undefined) return NO_KEY;
    const known = this.#countries[name] ?? NO_KEY;
    if (known !== UNKNOWN) return known;
    return (this.#countries[name] = numberOf(this.vocabulary.countries, place.country));
  }

  target(name: number): number {
    return this.#lookUp(name, this.#targets, this.vocabulary.targets);
  }

  user(name: number): number {
    return this.#lookUp(name, this.#users, this.vocabulary.users);
  }

  #lookUp(name: number, numbers: Int32Array, keys: KeyTable): number {
    if (name < 0) return NO_KEY;
    const known = numbers[name] ?? NO_KEY;
    if (known !== UNKNOWN) return known;
    return (numbers[name] = numberOf(keys, this.#names[name]));
  }
}

/** Fields that become part of a facet. */
const FACET_FIELDS = ['dataset', 'category', 'outcome', 'severity', 'action'] as const;

/** A row of a shape that has its values in columns. */
interface ColumnRow {
  readonly part: BatchPart;
  readonly shape: Shape;
  readonly columns: ShapeColumns;
  readonly firstCell: number;
}

/**
 * Reads from batches what is counted of their events, without building the events: column by column where a shape allows
 * it. What the event itself says of a place goes before what was found, so such events are built.
 */
export class CountedColumns {
  readonly #columns = new WeakMap<Shape, ShapeColumns | 'none'>();
  readonly #row = emptyRow();

  constructor(
    private readonly known: KnownWords,
    private readonly siteOf: SiteOf,
  ) {}

  /**
   * Calls `visit` for each row of a part, in order, with what is counted of it in numbers of `vocabulary`. A row on which
   * that fails goes to `fail` instead, alone.
   */
  each(
    part: BatchPart,
    vocabulary: Vocabulary,
    visit: (row: number, keys: CountedKeys) => void,
    fail: (row: number, error: unknown) => void,
  ): void {
    const keys = new PartKeys(part, vocabulary);
    part.reader.eachRow((row, shape, firstCell) => {
      try {
        const columns = this.#columnsOf(shape);
        if (columns === 'none') visit(row, this.#keysOfEvent(part.event(row), vocabulary));
        else visit(row, this.#keysOfRow({ part, shape, columns, firstCell }, keys));
      } catch (error) {
        fail(row, error);
      }
    });
  }

  /** Calls `visit` for some rows of a part with what is counted of them in numbers of `vocabulary`. */
  eachOf(
    part: BatchPart,
    rows: readonly number[],
    vocabulary: Vocabulary,
    visit: (row: number, keys: CountedKeys) => void,
  ): void {
    const keys = new PartKeys(part, vocabulary);
    for (const row of rows) {
      const shape = part.shapeAt(row);
      const columns = this.#columnsOf(shape);
      const firstCell = part.reader.firstCellOf(row);
      visit(
        row,
        columns === 'none'
          ? this.#keysOfEvent(part.event(row), vocabulary)
          : this.#keysOfRow({ part, shape, columns, firstCell }, keys),
      );
    }
  }

  #keysOfEvent(event: NormalisedEvent, vocabulary: Vocabulary): CountedKeys {
    return keysOf(facetKey(event, this.known), fillRow(this.#row, event, this.siteOf), vocabulary);
  }

  #keysOfRow({ part, shape, columns, firstCell }: ColumnRow, keys: PartKeys): CountedKeys {
    const { cells } = part.reader.records;
    const valueOf = (cell: number): number => (cell < 0 ? NO_KEY : (cells[firstCell + cell] ?? NO_KEY));
    const source = valueOf(shape.sourceCell);
    const place = part.placeAt(firstCell, shape.sourceCell);
    const host = valueOf(columns.host);
    const cell = place?.cell ?? NO_KEY;
    return {
      facet: keys.facet(columns),
      countries: keys.country(source, place),
      cells: cell,
      sources: keys.source(source, place),
      targets: keys.target(shape.targetCell < 0 ? host : valueOf(shape.targetCell)),
      users: keys.user(valueOf(columns.user)),
      ports: valueOf(columns.port),
      arcs: cell === NO_KEY ? NO_KEY : arcOf(cell, this.#siteCell(part, shape, firstCell, host)),
    };
  }

  /** The cell where the target of a row lies. */
  #siteCell(part: BatchPart, shape: Shape, firstCell: number, host: number): number {
    const place = part.placeAt(firstCell, shape.targetCell);
    if (place !== undefined && place.cell !== NO_KEY) return place.cell;
    const site = this.siteOf(undefined, part.reader.records.names[host]);
    return cellOf(site.lat, site.lon);
  }

  #columnsOf(shape: Shape): ShapeColumns | 'none' {
    const known = this.#columns.get(shape);
    if (known !== undefined) return known;
    const made = this.#read(shape) ?? 'none';
    this.#columns.set(shape, made);
    return made;
  }

  #read(shape: Shape): ShapeColumns | undefined {
    if (shape.has('source.geo') || shape.has('destination.geo') || shape.has('destination.domain'))
      return undefined;
    const facet = facetOf(shape, this.known);
    const port = shape.field('destination.port');
    if (facet === undefined || (port !== undefined && !('slot' in port && port.slot === 'integer')))
      return undefined;
    return {
      facet,
      host: shape.nameCell('host.name'),
      user: shape.nameCell('user.name'),
      port: port === undefined ? -1 : port.cell,
    };
  }
}

/** The facet of all events of a shape; undefined when they differ in it. */
function facetOf(shape: Shape, known: KnownWords): string | undefined {
  const words = FACET_FIELDS.map((field) => [field, shape.field(`event.${field}`)] as const);
  if (words.some(([, place]) => place !== undefined && 'slot' in place)) return undefined;
  const event = Object.fromEntries(
    words.flatMap(([field, place]) => (place !== undefined && 'word' in place ? [[field, place.word]] : [])),
  );
  return facetKey({ event } as unknown as NormalisedEvent, known);
}
