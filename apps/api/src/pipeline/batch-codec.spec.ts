import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { eventField } from './batch/event-field';
import { decode, decodeBatch, encode, encodeBatch, encodeParts, encodeRows } from './batch-codec';
import { placeOfPlan } from './processing/address-place';

const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.constantFrom('$t', '$s', '$$n', '', '\u0000', '{"a":1}'),
);
const number = fc.oneof(
  fc.maxSafeNat(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(-0),
);
const group = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });

/** Events of any shape: each field may be absent, and words, names and free text may be anything. */
const event = group({
  event: fc.record(
    {
      id: word,
      category: fc.array(word, { maxLength: 3 }),
      action: word,
      severity: number,
      original: word,
      duration: number,
    },
    { requiredKeys: ['category'] },
  ),
  source: group({ ip: word, port: fc.nat(65_535), bytes: number }),
  destination: group({ ip: word, geo: group({ location: group({ lat: number, lon: number }) }) }),
  host: group({ name: word }),
  user: group({ name: word }),
  related: group({ ip: fc.array(word, { maxLength: 3 }), user: fc.array(word, { maxLength: 2 }) }),
  labels: fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_]{1,64}$/), word, {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<Partial<NormalisedEvent>>;

const rows = fc.array(
  fc.record({ event, time: fc.integer({ min: 0, max: 4_102_444_800_000 }), future: fc.boolean() }),
  { maxLength: 40 },
);

describe('a batch', () => {
  it('is what it was after a way through the store, whatever shapes, texts and numbers its events have', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const times = all.map(({ time }) => time);
        const events = all.map(
          ({ event: over, time }) =>
            ({ '@timestamp': new Date(time).toISOString(), ...over }) as NormalisedEvent,
        );
        const future = [...all.keys()].filter((row) => all[row]?.future);
        const batch = decodeBatch(encodeBatch({ times, events, future }));
        expect(batch.events).toEqual(events);
        expect([...batch.times]).toEqual(times);
        expect(batch.future).toEqual(future);
        expect([...batch.events.keys()].map((row) => batch.parts[0]?.event(row))).toEqual(events);
      }),
    );
  });

  it('has the same in a field, read alone, as in the whole event, enriched or not', () => {
    const address = fc.constantFrom('10.0.0.5', '198.18.4.1', '203.0.113.9', 'fd00::1', '224.0.0.1', 'none');
    const ends = group({ ip: address, port: fc.constantFrom(22, 80, 64_000) });
    const traffic = group({
      event: fc.record({ category: fc.array(word, { maxLength: 2 }), id: word }),
      source: ends,
      destination: ends,
      host: group({ name: fc.constantFrom('gate-1', 'web.example') }),
      network: group({ direction: fc.constantFrom('inbound', 'egress'), bytes: fc.nat() }),
      url: group({ path: word, query: word }),
      labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), word, { maxKeys: 80, noNullPrototype: true }),
    }) as fc.Arbitrary<unknown> as fc.Arbitrary<Partial<NormalisedEvent>>;
    const read = [
      ...['@timestamp', 'event.id', 'event.category', 'event.severity', 'event.duration', 'source.ip'],
      ...['source.port', 'destination.ip', 'destination.port', 'host.name', 'user.name', 'related.ip'],
      ...['network.direction', 'network.protocol', 'network.bytes', 'url.path', 'url.query', 'labels.a'],
      ...['labels.synthetic', 'source.geo.country_iso_code', 'destination.as.number', 'related.user'],
    ].map(eventField);
    const found = { placeOf: Uint16Array.from({ length: 64 }, () => 1), places: [placeOfPlan(3) ?? {}] };
    fc.assert(
      fc.property(fc.array(fc.oneof(event, traffic), { maxLength: 20 }), fc.boolean(), (all, isEnriched) => {
        const events = all.map((over, at) => ({ '@timestamp': new Date(at).toISOString(), ...over }));
        const records = encodeRows({ times: [...all.keys()], events: events as NormalisedEvent[] });
        const body = encodeParts([{ partition: 0, records, ...(isEnriched ? { found } : {}) }]);
        const [part] = decodeBatch(body).parts;
        for (const row of all.keys()) {
          const whole = part?.event(row);
          for (const field of read)
            expect([field.path, part?.read(row, field)]).toEqual([field.path, whole && field.of(whole)]);
        }
      }),
    );
  });

  it('keeps a label of any name, also one that sets no field of an object', () => {
    const labels = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const events = [anEvent({ labels })];
    const [read] = decodeBatch(
      encodeBatch({ times: [Date.parse(events[0]?.['@timestamp'] ?? '')], events }),
    ).events;
    expect(Object.entries(read?.labels ?? {})).toEqual(Object.entries(labels));
  });

  it('of several parts is the events of all of them, one part after the other', () => {
    const rowsOf = (...ids: readonly string[]) =>
      encodeRows({
        times: ids.map((_, row) => row),
        events: ids.map((id) =>
          anEvent({ event: { id, category: ['network'] }, '@timestamp': '1970-01-01T00:00:00.000Z' }),
        ),
        future: [0],
      });
    const parts = [
      { partition: 3, records: rowsOf('a', 'b') },
      { partition: 1, records: rowsOf('c') },
    ];
    const batch = decodeBatch(encodeParts(parts));
    expect(batch.events.map(({ event: { id } }) => id)).toEqual(['a', 'b', 'c']);
    expect(batch.future).toEqual([0, 2]);
    expect(batch.parts.map(({ partition }) => partition)).toEqual([3, 1]);
  });

  it('stays as small when senders make up the keys and words of every event', () => {
    const made = (n: number) =>
      anEvent({
        labels: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`key_${n}_${i}`, 'x'])),
        event: { category: ['network'], action: `action-${n}` },
      });
    const size = (first: number) =>
      encodeRows({
        times: Array(200).fill(0),
        events: Array.from({ length: 200 }, (_, i) => made(first + i)),
      }).length;
    const early = size(0);
    for (let first = 200; first < 20_000; first += 200) size(first);
    expect(size(20_000)).toBeLessThan(early * 2);
  });

  it('keeps its bytes while others are encoded', () => {
    const first = encode(['first', { shape: 1 }]);
    const copy = Buffer.from(first);
    for (let i = 0; i < 200; i++) encode([`other ${i}`, { [`shape${i}`]: i }]);
    expect(first.equals(copy)).toBe(true);
    expect(decode(first)).toEqual(['first', { shape: 1 }]);
  });
});
