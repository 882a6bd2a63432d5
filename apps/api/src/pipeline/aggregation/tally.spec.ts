import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { arcOf, cellOf } from './cell';
import { Tally } from './tally';
import { countableEvent, TARGET } from './testing';

interface Counted {
  readonly event: NormalisedEvent;
  readonly facet: string;
  readonly late: boolean;
}

const counted: fc.Arbitrary<Counted> = fc.record({
  event: countableEvent,
  facet: fc.constantFrom('a', 'b'),
  late: fc.boolean(),
});

function tallyOf(all: Iterable<Counted>): Tally {
  const tally = new Tally();
  for (const { event, facet, late } of all) {
    tally.add(event, facet, TARGET);
    if (late) tally.late++;
  }
  return tally;
}

describe('a tally', () => {
  it('merged from parts is the tally of all their events, however they are split and ordered', () => {
    const placed = fc.array(fc.tuple(counted, fc.integer({ min: 0, max: 3 })), { maxLength: 60 });
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(placed, order, (all, parts) => {
        const merged = new Tally();
        for (const part of parts) {
          merged.merge(tallyOf(all.filter(([, at]) => at === part).map(([one]) => one)));
        }
        expect(merged).toEqual(tallyOf(all.map(([one]) => one)));
      }),
    );
  });

  it('arrives as it was sent, errors included', () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (all, limit) => {
        const sent = tallyOf(all);
        sent.trim(limit);
        expect(Tally.fromFlat(sent.toFlat())).toEqual(sent);
      }),
    );
  });

  it('is not changed by what is later added to one that it was merged into', () => {
    const first = tallyOf([{ event: anEvent(), facet: 'a', late: false }]);
    const total = new Tally();
    total.merge(first);
    total.add(anEvent(), 'a', TARGET);
    expect(first).toEqual(tallyOf([{ event: anEvent(), facet: 'a', late: false }]));
  });

  it('counts each dimension that an event has, by facet', () => {
    const tally = new Tally();
    const location = { lat: -33.9, lon: 151.2 };
    const geo = { country_iso_code: 'AU', city_name: 'Sydney', location };
    tally.add(
      anEvent({ source: { ip: '203.0.113.7', geo }, destination: { ip: '192.0.2.1', port: 22 } }),
      'a',
      TARGET,
    );
    const facet = tally.facet('a');
    const cell = cellOf(location.lat, location.lon);
    expect([...facet.sources.counts]).toEqual([['203.0.113.7|AU|Sydney', 1]]);
    expect([...facet.countries.counts]).toEqual([['AU', 1]]);
    expect([...facet.cells.counts]).toEqual([[cell, 1]]);
    expect([...facet.targets.counts]).toEqual([['192.0.2.1', 1]]);
    expect([...facet.users.counts]).toEqual([['root', 1]]);
    expect([...facet.ports.counts]).toEqual([[22, 1]]);
    expect([...tally.arcs.counts]).toEqual([[arcOf(cell, cellOf(TARGET.lat, TARGET.lon)), 1]]);
  });

  it('takes the host for the target where an event names no destination', () => {
    const tally = tallyOf([{ event: anEvent(), facet: 'a', late: false }]);
    expect([...tally.facet('a').targets.counts]).toEqual([['gate-1', 1]]);
  });
});
