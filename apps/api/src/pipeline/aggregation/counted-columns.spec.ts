import type { Geo, NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { decodeBatch, encodeParts, encodeRows } from '../batch-codec';
import { CountedColumns } from './counted-columns';
import { emptyRow, fillRow } from './counted-row';
import { facetKey, KnownWords } from './facet';
import { type CountedKeys, keysOf, Vocabulary } from './tally';
import { countableEvent } from './testing';

const sydney = { country_iso_code: 'AU', city_name: 'Sydney', location: { lat: -33.9, lon: 151.2 } };
const siteOf = (geo: Geo | undefined, host: string | undefined) =>
  geo?.location ?? (host === undefined ? { lat: 1, lon: 2 } : { lat: 3, lon: 4 });

/** Countable events with more that a facet is made of, and some that no column has. */
const event = fc
  .record({
    base: countableEvent,
    action: fc.constantFrom(undefined, 'login', 'A made-up ACTION'),
    severity: fc.constantFrom(undefined, 10, 90),
    category: fc.constantFrom<NormalisedEvent['event']['category'][]>(
      ['network'],
      ['authentication', 'session'],
    ),
    domain: fc.constantFrom(undefined, 'us-west-db'),
  })
  .map(({ base, action, severity, category, domain }): NormalisedEvent => {
    const { source: ends, ...rest } = base;
    return {
      ...rest,
      ...(ends === undefined ? {} : { source: ends }),
      event: {
        category: [...category],
        ...(action === undefined ? {} : { action }),
        ...(severity === undefined ? {} : { severity }),
      },
      ...(domain === undefined ? {} : { destination: { ...base.destination, domain } }),
    };
  });

describe('what is counted of a batch', () => {
  it('is what is counted of its events one by one', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const records = encodeRows({ times: events.map(() => 0), events });
        const [part] = decodeBatch(encodeParts([{ partition: 0, records }])).parts;
        const placed = part?.reader.records.names.length ?? 0;
        const found = { placeOf: new Uint16Array(placed).fill(1), places: [{ geo: sydney }] };
        const [enriched] = decodeBatch(encodeParts([{ partition: 0, records, found }])).parts;
        if (enriched === undefined) throw new Error('a part is missing');
        const vocabulary = new Vocabulary();
        const counted: CountedKeys[] = [];
        new CountedColumns(new KnownWords(100), siteOf).each(
          enriched,
          vocabulary,
          (_row, keys) => counted.push(keys),
          (_row, error) => {
            throw error;
          },
        );
        const known = new KnownWords(100);
        expect(counted).toEqual(
          enriched
            .events()
            .map((one) => keysOf(facetKey(one, known), fillRow(emptyRow(), one, siteOf), vocabulary)),
        );
      }),
    );
  });

  it('leaves out a row that fails, and says which', () => {
    // What no schema lets through: one text for the list of categories, of which no facet can be named.
    const broken = { event: { category: 'elsewhere' } as never };
    const events = ['gate-1', 'gate-2', 'gate-3'].map((name, row) =>
      anEvent({ host: { name }, ...(row === 1 ? broken : {}) }),
    );
    const batch = decodeBatch(
      encodeParts([{ partition: 0, records: encodeRows({ times: [0, 0, 0], events }) }]),
    );
    const columns = new CountedColumns(new KnownWords(100), siteOf);
    const vocabulary = new Vocabulary();
    const rows: string[] = [];
    for (const part of batch.parts) {
      columns.each(
        part,
        vocabulary,
        (row, { targets }) => rows.push(`${row} ${vocabulary.targets.text(targets)}`),
        (row, error) => rows.push(`${row} ${error instanceof TypeError}`),
      );
    }
    expect(rows).toEqual(['0 gate-1', '1 true', '2 gate-3']);
  });
});
