import type { NormalisedEvent } from '@watchfloor/contracts';
import type { BatchPart } from '../pipeline/batch/batch';
import { type EventField, eventField } from '../pipeline/batch/event-field';
import type { Shape } from '../pipeline/batch/shape';
import { type EventFilter, eventPasses, isFacetFilter, withoutKeys } from './event-filter';

const FACET_FIELDS = ['dataset', 'category', 'outcome', 'severity', 'action'].map((name) =>
  eventField(`event.${name}`),
);
const SOURCE = eventField('source.ip');
const DESTINATION = eventField('destination.ip');
const HOST = eventField('host.name');
const USER = eventField('user.name');

/** Where the rows of a shape have what a filter asks for by key: cells with the number of a name, -1 = not asked for. */
interface KeyCells {
  readonly source: number;
  readonly target: number;
  readonly user: number;
  /** Of the source, whose place tells the country. */
  readonly country: number;
}

/** What a shape tells of its events: that none passes, where to look, or that the event is to be built. */
type Verdict = 'none' | 'built' | KeyCells;

/** The numbers that the names asked for have in one part; -1: no row has it. */
type AskedNames = Omit<KeyCells, 'country'>;

/** Finds the rows of batches whose events pass a filter, as `eventPasses` tells, without building events where their shape allows it. */
export class RowFilter {
  readonly #verdicts = new WeakMap<Shape, Verdict>();

  constructor(private readonly filter: EventFilter) {}

  /** Rows that pass, are counted, and lie in the event-time range `[from, to)`, in ms since the epoch. */
  rows(part: BatchPart, from: number, to: number): number[] {
    const { times, future, names } = part.reader.records;
    const uncounted = new Set(future);
    const asked = this.#askedNames(names);
    const rows: number[] = [];
    part.reader.eachRow((row, shape, firstCell) => {
      const time = times[row] ?? -1;
      if (time < from || time >= to || uncounted.has(row)) return;
      const verdict = this.#verdict(shape);
      if (verdict === 'none') return;
      const passes =
        verdict === 'built'
          ? eventPasses(this.filter, part.event(row))
          : this.#keysPass(part, verdict, asked, firstCell);
      if (passes) rows.push(row);
    });
    return rows;
  }

  #askedNames(names: readonly string[]): AskedNames {
    const numberOf = (name: string | undefined): number => (name === undefined ? -1 : names.indexOf(name));
    const { source, target, user } = this.filter;
    return { source: numberOf(source), target: numberOf(target), user: numberOf(user) };
  }

  #keysPass(part: BatchPart, at: KeyCells, asked: AskedNames, firstCell: number): boolean {
    const { cells } = part.reader.records;
    const is = (cell: number, name: number): boolean => cell < 0 || cells[firstCell + cell] === name;
    return (
      is(at.source, asked.source) &&
      is(at.target, asked.target) &&
      is(at.user, asked.user) &&
      (at.country < 0 || part.placeAt(firstCell, at.country)?.country === this.filter.country)
    );
  }

  #verdict(shape: Shape): Verdict {
    const known = this.#verdicts.get(shape);
    if (known !== undefined) return known;
    const made = this.#judge(shape);
    this.#verdicts.set(shape, made);
    return made;
  }

  #judge(shape: Shape): Verdict {
    const event = facetOf(shape);
    if (event === undefined) return 'built';
    if (!eventPasses(withoutKeys(this.filter), event)) return 'none';
    const { source, target, user, country } = this.filter;
    if (isFacetFilter(this.filter)) return { source: -1, target: -1, user: -1, country: -1 };
    // What the event itself says of a place may go before what was found.
    if (country !== undefined && shape.has('source.geo')) return 'built';
    const targetField = shape.placeOf(DESTINATION).in === 'nothing' ? HOST : DESTINATION;
    const cells = {
      source: cellFor(shape, SOURCE, source),
      target: cellFor(shape, targetField, target),
      user: cellFor(shape, USER, user),
      country: cellFor(shape, SOURCE, country),
    };
    const places = Object.values(cells);
    if (places.includes('built')) return 'built';
    return places.includes('none') ? 'none' : (cells as KeyCells);
  }
}

/** The cell in which rows of a shape name a key that is asked for. */
function cellFor(shape: Shape, field: EventField, asked: string | undefined): number | 'none' | 'built' {
  if (asked === undefined) return -1;
  const place = shape.placeOf(field);
  if (place.in === 'nothing') return 'none';
  return place.in === 'cell' && place.slot === 'name' ? place.cell : 'built';
}

/** An event with the facet of all events of a shape; undefined when they differ in it. */
function facetOf(shape: Shape): NormalisedEvent | undefined {
  const places = FACET_FIELDS.map((field) => [field, shape.placeOf(field)] as const);
  if (places.some(([, place]) => place.in === 'cell' || place.in === 'json')) return undefined;
  const words = places.flatMap(([{ names }, place]) =>
    place.in === 'shape' ? [[names[1], place.word] as const] : [],
  );
  return { event: { category: [], ...Object.fromEntries(words) } } as unknown as NormalisedEvent;
}
