import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { type CountedRow, emptyRow, fillRow } from './counted-row';
import { DIMENSIONS, isNamed, Tally } from './tally';
import { addEncoded, type EncodedTally } from './tally-codec';

/** Where every target lies in these tests. */
export const TARGET = { lat: 50.11, lon: 8.68 };

/** What is counted of an event whose target is `TARGET`. */
export function rowOf(event: NormalisedEvent): CountedRow {
  return fillRow(emptyRow(), event, () => TARGET);
}

const geo = fc.record(
  {
    country_iso_code: fc.constantFrom('AU', 'BR', 'SE'),
    city_name: fc.constantFrom('Sydney', 'Recife'),
    location: fc.record({ lat: fc.integer({ min: -90, max: 90 }), lon: fc.integer({ min: -180, max: 180 }) }),
  },
  { requiredKeys: [] },
);

const source = fc.record(
  { ip: fc.constantFrom('203.0.113.1', '203.0.113.2', '2001:db8::1'), geo },
  { requiredKeys: [] },
);

const destination = fc.record(
  { ip: fc.constantFrom('192.0.2.1', '192.0.2.2'), port: fc.constantFrom(22, 80, 443) },
  { requiredKeys: [] },
);

/** Events that share few keys, with and without each of the counted dimensions. */
export const countableEvent: fc.Arbitrary<NormalisedEvent> = fc
  .record(
    { source, destination, user: fc.record({ name: fc.constantFrom('root', 'admin') }) },
    { requiredKeys: [] },
  )
  .map((over) => anEvent(over));

/** A tally in words, for comparison: two that share no vocabulary are equal when they count the same. */
export function inWords(tally: Tally): object {
  const { facets } = tally.vocabulary;
  const counts = DIMENSIONS.map((dimension) => {
    const entries: string[] = [];
    tally.counts[dimension].forEach((facet, key, count) => {
      const word = isNamed(dimension) ? tally.vocabulary[dimension].text(key) : key;
      entries.push(`${facets.text(facet)} ${word} ${count}`);
    });
    return [dimension, { error: tally.counts[dimension].error, entries: entries.sort() }];
  });
  return {
    events: tally.events,
    late: tally.late,
    facets: [...tally.facets]
      .filter(([, events]) => events > 0)
      .map(([facet, events]) => `${facets.text(facet)} ${events}`)
      .sort(),
    counts: Object.fromEntries(counts),
    sketches: Object.fromEntries([...tally.sketches].map(([name, sketch]) => [name, [...sketch.registers]])),
  };
}

/** The tally in encoded form, read into a vocabulary of its own. */
export function decoded(encoded: EncodedTally): Tally {
  const tally = new Tally();
  addEncoded(encoded, tally.vocabulary, [tally]);
  return tally;
}
