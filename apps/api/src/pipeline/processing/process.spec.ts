import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { decodeBatch, encodeParts, encodeRows } from '../batch-codec';
import type { Output } from '../commit-plan';
import type { BatchMeta } from '../entry';
import { keyOf, partitionOf } from '../partitioning';
import type { Segment, SegmentEntry } from '../segment';
import type { Locate } from './address-place';
import { type DecidedRows, highestField, type Processed, processSegment, rowName } from './process';

const AT = Date.parse('2026-01-05T10:00:00.000Z');
const NOW = AT + 500;
const PARTITIONS = 4;

interface Normalised {
  readonly events: readonly NormalisedEvent[];
  readonly highest?: number;
  readonly timeline?: string;
  readonly at?: number;
  readonly future?: number[];
}

function toEntry(
  { events, highest = AT, timeline = 'live', at = AT, future }: Normalised,
  i: number,
): SegmentEntry {
  const meta: BatchMeta = { at, ingestedAt: at + 100, highest };
  const rows = events.map((event, row) => ({
    event,
    time: AT + row,
    future: future?.includes(row) ?? false,
  }));
  const parts = Array.from({ length: PARTITIONS }, (_, partition) => {
    const own = rows.filter(({ event }) => partitionOf(keyOf(event), PARTITIONS) === partition);
    const records = encodeRows({
      times: own.map(({ time }) => time),
      events: own.map(({ event }) => event),
      future: own.flatMap((row, at) => (row.future ? [at] : [])),
    });
    return { partition, records };
  });
  const body = encodeParts(parts);
  return { id: `${i + 1}-0`, events: events.length, timeline, meta: JSON.stringify(meta), body };
}

function run(
  entries: readonly Normalised[],
  {
    locate = () => undefined,
    decided,
    watermarks = new Map(),
  }: {
    locate?: Locate;
    decided?: DecidedRows;
    watermarks?: Segment['watermarks'];
  } = {},
): Processed {
  const order = { stage: 'processing' as const, partition: 2, base: '0-0', to: `${entries.length}-0` };
  const segment: Segment = {
    order,

    entries: entries.map(toEntry),
    watermarks,
    channels: new Map(),
  };
  return processSegment(segment, { locate, partitions: PARTITIONS, now: NOW }, decided);
}

const geo = { country_iso_code: 'AU', location: { lat: -33.9, lon: 151.2 } };

const from = (id: string, ip: string) => anEvent({ event: { ...anEvent().event, id }, source: { ip } });

const idsOf = (outputs: readonly Output[]): (string | undefined)[] =>
  outputs.flatMap(({ events, body }) =>
    events === 0 ? [] : decodeBatch(body).events.map(({ event }) => event.id),
  );

const failsOn =
  (broken: string): Locate =>
  (ip) => {
    if (ip === broken) throw new Error('a broken table');
    return { geo };
  };

describe('processing', () => {
  it('hands each event to the partition of its source, once and in order', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 30 }), (octets) => {
        const events = octets.map((last, i) => from(`event-${i}`, `203.0.113.${last}`));
        const { channels } = run([{ events }]);
        expect(channels.map(idsOf)).toEqual(
          Array.from({ length: PARTITIONS }, (_, q) =>
            events
              .filter(({ source }) => partitionOf(source?.ip ?? '', PARTITIONS) === q)
              .map(({ event }) => event.id),
          ),
        );
      }),
    );
  });

  it('puts both ends of an event in their places, and looks an address up once for a part', () => {
    const asked: string[] = [];
    const event = anEvent({ source: { ip: '1.1.1.1' }, destination: { ip: '8.8.8.8' } });
    const { channels } = run([{ events: [event, event] }], {
      locate: (ip) => {
        asked.push(ip);
        return { geo };
      },
    });
    const [body = Buffer.alloc(0)] = channels
      .flat()
      .flatMap((output) => (output.events > 0 ? [output.body] : []));
    for (const enriched of decodeBatch(body).events) {
      expect(enriched.source).toEqual({ ip: '1.1.1.1', geo });
      expect(enriched.destination).toEqual({ ip: '8.8.8.8', geo });
      expect(enriched.related?.ip).toEqual(['1.1.1.1', '8.8.8.8']);
    }
    expect(asked.sort()).toEqual(['1.1.1.1', '8.8.8.8']);
  });

  it('keeps the mark of an event from the future on it in its new batch', () => {
    const [here, there] = ['203.0.113.1', '203.0.113.2'];
    expect(partitionOf(here, PARTITIONS)).not.toBe(partitionOf(there, PARTITIONS));
    const { channels } = run([
      { events: [from('a', here), from('b', there), from('c', there)], future: [2] },
    ]);
    const batchAt = (ip: string) =>
      decodeBatch(channels[partitionOf(ip, PARTITIONS)]?.[0]?.body ?? Buffer.alloc(0));
    expect(batchAt(there).future).toEqual([1]);
    expect([...batchAt(there).times]).toEqual([AT + 1, AT + 2]);
    expect(batchAt(here).future).toEqual([]);
  });
});

describe('the outputs of a segment', () => {
  it('are one a timeline in every channel; the empty ones too carry the highest event time', () => {
    const { channels, highest } = run([
      { events: [from('a', '203.0.113.1')], highest: AT + 9 },
      { events: [], highest: AT + 20, timeline: 'replay' },
    ]);
    expect(channels).toHaveLength(PARTITIONS);
    for (const outputs of channels) {
      expect(outputs.map(({ timeline, meta }) => [timeline, meta.highest, meta.from])).toEqual([
        ['live', AT + 9, 2],
        ['replay', AT + 20, 2],
      ]);
    }
    expect(channels.flat().reduce((sum, { events }) => sum + events, 0)).toBe(1);
    expect([...highest]).toEqual([
      ['live', AT + 9],
      ['replay', AT + 20],
    ]);
  });

  it('never carry a lower event time than an earlier segment did', () => {
    const watermarks = new Map([[highestField('live'), AT + 60_000]]);
    const { channels, highest } = run([{ events: [from('a', '203.0.113.1')], highest: AT }], { watermarks });
    expect(channels.flat().map(({ meta }) => meta.highest)).toEqual(Array(PARTITIONS).fill(AT + 60_000));
    expect(highest.get('live')).toBe(AT + 60_000);
  });

  it('say when the first of their events arrived and when they were handed on', () => {
    const { channels } = run([
      { events: [from('a', '203.0.113.1')] },
      { events: [from('b', '203.0.113.1')], at: AT - 40 },
    ]);
    expect(channels[0]?.[0]?.meta).toMatchObject({ at: AT - 40, ingestedAt: AT + 100, processedAt: NOW });
  });
});

describe('an event that enrichment fails on', () => {
  const broken = '203.0.113.66';
  const here = partitionOf(broken, PARTITIONS);
  const neighbour = Array.from({ length: 100 }, (_, i) => `203.0.113.${i}`).find(
    (ip) => ip !== broken && partitionOf(ip, PARTITIONS) === here,
  );
  const events = [from('a', neighbour ?? ''), from('broken', broken), from('c', neighbour ?? '')];

  it('is a dead letter alone; its neighbours are enriched as ever', () => {
    const { channels, deadLetters } = run([{ events, future: [2] }], { locate: failsOn(broken) });
    expect(channels.flatMap(idsOf)).toEqual(['a', 'c']);
    const batch = decodeBatch(channels[here]?.[0]?.body ?? Buffer.alloc(0));
    expect(batch.events.map(({ source }) => source?.geo)).toEqual([geo, geo]);
    expect([[...batch.times], batch.future]).toEqual([[AT, AT + 2], [1]]);
    expect(deadLetters).toMatchObject([
      {
        reason: 'poison',
        detail: 'a broken table',
        eventId: 'broken',
        entry: '1-0',
        row: 1,
        timeline: 'live',
      },
    ]);
  });

  it('is handed on where an earlier attempt decided to hand it on', () => {
    const { channels, deadLetters } = run([{ events }], { locate: failsOn(broken), decided: new Set() });
    expect(channels.flatMap(idsOf)).toEqual(['a', 'broken', 'c']);
    expect(deadLetters).toEqual([]);
  });
});

test('what an earlier attempt decided to be a dead letter is one again, though it would succeed now', () => {
  const entries = [
    { events: [from('a', '203.0.113.1')] },
    { events: [from('b', '203.0.113.1'), from('c', '203.0.113.2')] },
  ];
  const first = run(entries, { locate: failsOn('203.0.113.2') });
  const retry = run(entries, { decided: new Set(first.deadLetters.map(rowName)) });
  expect(retry.channels.map(idsOf)).toEqual(first.channels.map(idsOf));
  expect(retry.deadLetters.map(({ eventId }) => eventId)).toEqual(['c']);
});
