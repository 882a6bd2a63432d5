import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { countableEvent, inWords } from '../pipeline/aggregation/testing';
import type { BatchPart } from '../pipeline/batch/batch';
import { decodeBatch, encodeParts, encodeRows } from '../pipeline/batch-codec';
import { type EventFilter, eventPasses } from './event-filter';
import { RecentTally } from './recent-tally';
import { RowFilter } from './row-filter';
import { tallyOf } from './tally-of-events';

const SYDNEY = { country_iso_code: 'AU', city_name: 'Sydney', location: { lat: -33.9, lon: 151.2 } };

const event = fc
  .record({
    base: countableEvent,
    host: fc.constantFrom(undefined, 'gate-1', '192.0.2.1'),
    words: fc.record(
      {
        action: fc.constantFrom('login', 'A made-up ACTION'),
        severity: fc.constantFrom(10, 95),
        outcome: fc.constantFrom('success' as const, 'failure' as const),
        dataset: fc.constantFrom('openssh', 'iis'),
      },
      { requiredKeys: [] },
    ),
    category: fc.constantFrom<NormalisedEvent['event']['category'][]>(['web'], ['authentication', 'session']),
  })
  .map(({ base: { host: _, ...base }, host, words, category }): NormalisedEvent => ({
    ...base,
    ...(host === undefined ? {} : { host: { name: host } }),
    event: { category: [...category], ...words },
  }));

const everyFilter = fc.record({
  dataset: fc.constantFrom('openssh', 'watchfloor', 'zeek'),
  category: fc.constantFrom('web', 'session'),
  outcome: fc.constantFrom('success', 'unknown'),
  action: fc.constantFrom('login', 'logout'),
  severity: fc.constantFrom(
    { level: 'info' as const, andAbove: false },
    { level: 'low' as const, andAbove: true },
  ),
  country: fc.constantFrom('AU', 'BR', 'ZZ'),
  source: fc.constantFrom('203.0.113.1', '2001:db8::1', '203.0.113.99'),
  target: fc.constantFrom('192.0.2.1', 'gate-1', 'gate-9'),
  user: fc.constantFrom('root', 'nobody'),
});

/** Few of them at a time: with all of them hardly an event would pass. */
const filter: fc.Arbitrary<EventFilter> = fc
  .tuple(
    everyFilter,
    fc.subarray(
      [
        'dataset',
        'category',
        'outcome',
        'action',
        'severity',
        'country',
        'source',
        'target',
        'user',
      ] as const,
      { maxLength: 3 },
    ),
  )
  .map(([all, names]) => Object.fromEntries(names.map((name) => [name, all[name]])));

/** The events as a part of a kept batch; those with a place are all in Sydney. */
function partOf(events: readonly NormalisedEvent[], placed: boolean, future: number[] = []): BatchPart {
  const records = encodeRows({ times: events.map((_, row) => row), events, future });
  const bare = decodeBatch(encodeParts([{ partition: 0, records }])).parts[0];
  const placeOf = new Uint16Array(bare?.reader.records.names.length ?? 0).fill(1);
  const found = { placeOf, places: [{ geo: SYDNEY }] };
  const [part] = decodeBatch(encodeParts([{ partition: 0, records, ...(placed ? { found } : {}) }])).parts;
  if (part === undefined) throw new Error('a part is missing');
  return part;
}

describe('the rows of a batch that pass a filter', () => {
  it('are those whose events pass, and count as these do', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), filter, fc.boolean(), (events, asked, placed) => {
        const part = partOf(events, placed);
        const rows = new RowFilter(asked).rows(part, 0, Infinity);
        const built = part.events();
        expect(rows).toEqual(
          [...built.keys()].filter((row) => eventPasses(asked, built[row] as NormalisedEvent)),
        );
        const counted = new RecentTally(Infinity);
        counted.take(part, rows);
        expect(inWords(counted.all)).toEqual(
          inWords(tallyOf(rows.map((row) => ({ event: built[row] as NormalisedEvent })))),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are found without building events that have their keys in columns', () => {
    const part = partOf([anEvent({ user: { name: 'ada' } }), anEvent({ user: { name: 'root' } })], true);
    const build = jest.spyOn(part, 'event');
    for (const asked of [
      { user: 'root' },
      { source: '203.0.113.7' },
      { target: 'gate-1' },
      { country: 'AU' },
    ])
      new RecentTally(Infinity).take(part, new RowFilter(asked).rows(part, 0, Infinity));
    expect(build).not.toHaveBeenCalled();
  });

  it('lie in the range of event time, its beginning with it and its end without, and are not from the future', () => {
    const part = partOf([anEvent(), anEvent(), anEvent(), anEvent()], false, [2]);
    expect(new RowFilter({}).rows(part, 1, 3)).toEqual([1]);
  });
});

describe('a tally of kept events by windows', () => {
  it('has each event in the window that its time lies in', () => {
    const part = partOf([anEvent(), anEvent(), anEvent()], false);
    const counted = new RecentTally(2);
    counted.take(part, [0, 1, 2]);
    expect([0, 2, 4].map((start) => counted.at(start).events)).toEqual([2, 1, 0]);
  });
});
