import type { NormalisedEvent } from '@watchfloor/contracts';
import type { BatchPart } from '../batch/batch';
import type { Shape } from '../batch/shape';
import type { SiteOf } from '../processing/site-plan';
import { cellOf } from './cell';
import { type CountedRow, emptyRow, fillRow, sourceKey } from './counted-row';
import { facetKey, type KnownWords } from './facet';

/** Where the rows of one shape have what is counted; cells, -1 = nowhere. */
interface ShapeColumns {
  readonly facet: string;
  readonly host: number;
  readonly user: number;
  readonly port: number;
}

/** Fields that become part of a facet. */
const FACET_FIELDS = ['dataset', 'category', 'outcome', 'severity', 'action'] as const;

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

  /** Calls `visit` for each row of a part, in order. `counted` is the same object each time. A fault of a row is its own. */
  each(
    part: BatchPart,
    visit: (row: number, facet: string, counted: CountedRow) => void,
    fail: (row: number, error: unknown) => void,
  ): void {
    const sources: string[] = [];
    part.reader.eachRow((row, shape, firstCell) => {
      try {
        const columns = this.#columnsOf(shape);
        if (columns === 'none') {
          const event = part.event(row);
          visit(row, facetKey(event, this.known), fillRow(this.#row, event, this.siteOf));
        } else visit(row, columns.facet, this.#fill(part, { shape, columns, firstCell, sources }));
      } catch (error) {
        fail(row, error);
      }
    });
  }

  #fill(
    part: BatchPart,
    at: { shape: Shape; columns: ShapeColumns; firstCell: number; sources: string[] },
  ): CountedRow {
    const { shape, columns, firstCell, sources } = at;
    const { cells, names } = part.reader.records;
    const row = this.#row;
    const place = part.placeAt(firstCell, shape.sourceCell);
    row.country = place?.country ?? '';
    row.cell = place?.cell ?? -1;
    row.source = '';
    if (shape.sourceCell >= 0) {
      const name = cells[firstCell + shape.sourceCell] ?? 0;
      row.source = sources[name] ??= sourceKey(names[name] ?? '', row.country, place?.city ?? '');
    }
    const host = nameIn(part, firstCell, columns.host);
    row.target = nameIn(part, firstCell, shape.targetCell) ?? host ?? '';
    row.user = nameIn(part, firstCell, columns.user) ?? '';
    row.port = columns.port < 0 ? -1 : (cells[firstCell + columns.port] ?? -1);
    const target = part.placeAt(firstCell, shape.targetCell);
    if (target !== undefined && target.cell >= 0) row.siteCell = target.cell;
    else {
      const site = this.siteOf(undefined, host);
      row.siteCell = cellOf(site.lat, site.lon);
    }
    return row;
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

function nameIn(part: BatchPart, firstCell: number, cell: number): string | undefined {
  if (cell < 0) return undefined;
  const { cells, names } = part.reader.records;
  return names[cells[firstCell + cell] ?? 0];
}
