import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { arcOf, cellOf } from './cell';
import { PackedTally } from './packed-tally';
import { Tally, Vocabulary } from './tally';
import { addEncoded, encodeTally } from './tally-codec';
import { countableEvent, decoded, inWords, rowOf, TARGET } from './testing';

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

function tallyOf(all: Iterable<Counted>, vocabulary?: Vocabulary): Tally {
  const tally = new Tally(vocabulary);
  for (const { event, facet, late } of all) {
    tally.add(facet, rowOf(event));
    if (late) tally.late++;
  }
  return tally;
}

const placed = fc.array(fc.tuple(counted, fc.integer({ min: 0, max: 3 })), { maxLength: 60 });
const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });

describe('a tally', () => {
  it('merged from parts is the tally of all their events, however they are split and ordered', () => {
    fc.assert(
      fc.property(placed, order, (all, parts) => {
        const merged = new Tally();
        for (const part of parts) {
          merged.merge(tallyOf(all.filter(([, at]) => at === part).map(([one]) => one)));
        }
        expect(inWords(merged)).toEqual(inWords(tallyOf(all.map(([one]) => one))));
      }),
    );
  });

  it('is encoded the same whatever else its vocabulary counts, and whatever was encoded before', () => {
    fc.assert(
      fc.property(placed, (all) => {
        const vocabulary = new Vocabulary();
        const parts = [0, 1, 2, 3].map((part) => all.filter(([, at]) => at === part).map(([one]) => one));
        const tallies = parts.map((part) => tallyOf(part, vocabulary));
        for (const [i, tally] of tallies.entries()) {
          const encoded = encodeTally(tally);
          expect(inWords(decoded(encoded))).toEqual(inWords(tallyOf(parts[i] ?? [])));
          expect(encodeTally(tally)).toEqual(encoded);
        }
      }),
    );
  });

  it('read from encoded parts, into several tallies at once, is the tally of all their events in each', () => {
    fc.assert(
      fc.property(placed, order, (all, parts) => {
        const vocabulary = new Vocabulary();
        const targets = [new Tally(vocabulary), new Tally(vocabulary)];
        for (const part of parts) {
          const tally = tallyOf(all.filter(([, at]) => at === part).map(([one]) => one));
          addEncoded(encodeTally(tally), vocabulary, targets);
        }
        const whole = inWords(tallyOf(all.map(([one]) => one)));
        expect(targets.map(inWords)).toEqual([whole, whole]);
      }),
    );
  });

  it('arrives as it was sent, errors and sketches included', () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (all, limit) => {
        const sent = tallyOf(all);
        sent.trim(limit);
        expect(inWords(decoded(encodeTally(sent)))).toEqual(inWords(sent));
      }),
    );
  });

  it('is the same after a rest', () => {
    fc.assert(
      fc.property(fc.array(counted, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (all, limit) => {
        const tally = tallyOf(all);
        tally.trim(limit);
        const rested = new Tally(tally.vocabulary);
        new PackedTally(tally).addTo(rested);
        expect(inWords(rested)).toEqual(inWords(tally));
      }),
    );
  });

  it('from which a part is taken away again is the tally of the rest', () => {
    fc.assert(
      fc.property(placed, (all) => {
        const vocabulary = new Vocabulary();
        const total = tallyOf(
          all.map(([one]) => one),
          vocabulary,
        );
        const part = all.filter(([, at]) => at === 0).map(([one]) => one);
        new PackedTally(tallyOf(part, vocabulary)).takeFrom(total);
        const rest = all.filter(([, at]) => at !== 0).map(([one]) => one);
        expect(inWords(total)).toEqual(inWords(tallyOf(rest)));
      }),
    );
  });

  it('is not changed by what is later added to one that it was merged into', () => {
    const first = tallyOf([{ event: anEvent(), facet: 'a', late: false }]);
    const before = inWords(first);
    const total = new Tally();
    total.merge(first);
    total.add('a', rowOf(anEvent()));
    expect(inWords(first)).toEqual(before);
  });

  it('counts each dimension that an event has, by facet', () => {
    const tally = new Tally();
    const location = { lat: -33.9, lon: 151.2 };
    const geo = { country_iso_code: 'AU', city_name: 'Sydney', location };
    tally.add(
      'a',
      rowOf(anEvent({ source: { ip: '203.0.113.7', geo }, destination: { ip: '192.0.2.1', port: 22 } })),
    );
    const cell = cellOf(location.lat, location.lon);
    expect(inWords(tally)).toMatchObject({
      facets: ['a 1'],
      counts: {
        sources: { error: 0, entries: ['a 203.0.113.7|AU|Sydney 1'] },
        countries: { entries: ['a AU 1'] },
        cells: { entries: [`a ${cell} 1`] },
        targets: { entries: ['a 192.0.2.1 1'] },
        users: { entries: ['a root 1'] },
        ports: { entries: ['a 22 1'] },
        arcs: { entries: [`a ${arcOf(cell, cellOf(TARGET.lat, TARGET.lon))} 1`] },
      },
    });
  });

  it('takes the host for the target where an event names no destination', () => {
    const tally = tallyOf([{ event: anEvent(), facet: 'a', late: false }]);
    expect(inWords(tally)).toMatchObject({ counts: { targets: { entries: ['a gate-1 1'] } } });
  });

  it('knows how many keys there were after they are cut, whatever the order of cuts and merges', () => {
    const users = (from: number, to: number): Tally => {
      const tally = new Tally();
      for (let i = from; i < to; i++) tally.add('a', rowOf(anEvent({ user: { name: `user-${i}` } })));
      return tally;
    };
    const [early, late] = [users(0, 3_000), users(2_000, 5_000)];
    early.trim(100);
    const total = users(0, 10);
    total.merge(early);
    total.merge(late);
    const sent = new Tally();
    addEncoded(encodeTally(late), sent.vocabulary, [sent]);
    addEncoded(encodeTally(early), sent.vocabulary, [sent]);
    for (const tally of [total, sent]) {
      const { count, error } = tally.sketch('users').estimate();
      expect(Math.abs(count - 5_000)).toBeLessThanOrEqual(error);
      expect(tally.exact).toBe(false);
    }
  });
});

test('facets of ever other workers count as `other` where there are too many of them, and every event counts once', () => {
  const vocabulary = new Vocabulary();
  const target = new Tally(vocabulary);
  const [lives, perLife] = [36, 2_048];
  const row = rowOf(anEvent());
  for (let life = 0; life < lives; life++) {
    const tally = new Tally();
    for (let i = 0; i < perLife; i++) tally.add(`d${life}|web|failure|low|a${i}`, row);
    addEncoded(encodeTally(tally), vocabulary, [target]);
  }
  const events = lives * perLife;
  expect(vocabulary.facets.bound).toBeLessThan(65_535);
  expect(target.events).toBe(events);
  expect([...target.facets.values()].reduce((a, b) => a + b, 0)).toBe(events);
  let counted = 0;
  target.counts.users.forEach((facet, _, count) => {
    if (target.facets.has(facet)) counted += count;
  });
  expect(counted).toBe(events);
  expect(target.facets.get(vocabulary.facets.known('other|web|failure|low|other') ?? -1)).toBeGreaterThan(0);
});
