import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { decodeBatch, encode } from '../batch-codec';
import { partitionOf } from '../partitioning';
import type { RawMeta } from '../entry';
import type { Segment } from '../segment';
import { EVENT_TIME } from '../topology';
import { ingest, type Ingested } from './ingest';

const AT = Date.parse('2026-01-05T10:00:30.000Z');
const NOW = AT + 50;
const GOOD = 'Jan  5 10:00:00 gate-1 sshd[42]: Failed password for root from 203.0.113.7 port 50022 ssh2';
const GARBAGE = 'no log at all';

interface Raw {
  readonly body: Buffer | string;
  readonly meta?: Partial<RawMeta>;
  readonly timeline?: string;
}

function toSegment(raws: readonly Raw[]): Segment {
  const entries = raws.map(({ body, meta, timeline = 'live' }, i) => {
    const whole: RawMeta = { codec: 'lines', dataset: 'openssh', at: AT, idPrefix: `req${i}`, ...meta };
    return { id: `${i + 1}-0`, events: 1, timeline, meta: JSON.stringify(whole), body: Buffer.from(body) };
  });
  const order = { stage: 'ingest' as const, partition: 0, base: '0-0', to: `${raws.length}-0` };
  return { order, entries, watermarks: new Map(), channels: new Map() };
}

/** Lines as they are sent: each with its end. */
const bodyOf = (lines: readonly Buffer[]) =>
  Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));

const run = (...raws: readonly Raw[]): Ingested => ingest(toSegment(raws), { now: NOW, partitions: 4 });

const idsOf = ({ outputs }: Ingested): (string | undefined)[] =>
  outputs.flatMap(({ body }) => decodeBatch(body).events.map(({ event }) => event.id)).sort();

const reasonsOf = ({ deadLetters }: Ingested): [row: number, reason: string][] =>
  deadLetters.map(({ row, reason }) => [row, reason]);

describe('ingest', () => {
  it('puts every line in exactly one place: an event or a dead letter', () => {
    const line = fc.oneof(
      fc.constant(Buffer.from(GOOD)),
      fc.constant(Buffer.from(GARBAGE)),
      fc.constant(Buffer.alloc(0)),
      fc.constant(Buffer.from([0xff, 0xfe])),
    );
    const body = fc.array(line, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 4 }), (bodies) => {
        const result = run(...bodies.map((lines) => ({ body: bodyOf(lines) })));
        const found = [...idsOf(result), ...result.deadLetters.map(({ eventId }) => eventId)].sort();
        const expected = bodies.flatMap((lines, entry) => lines.map((_, row) => `req${entry}-${row}`)).sort();
        expect(found).toEqual(expected);
        expect(result.outputs.reduce((sum, { events }) => sum + events, 0)).toBe(idsOf(result).length);
      }),
    );
  });

  it('says of each line why it could not be read, with its text, its place and what the request told', () => {
    const result = run({
      body: `${GOOD}\n${GARBAGE}\n`,
      meta: { host: 'gate-9', timezone: 'Europe/Berlin' },
    });
    expect(result.deadLetters).toEqual([
      {
        reason: 'unrecognised',
        detail: expect.any(String) as string,
        dataset: 'openssh',
        eventId: 'req0-1',
        entry: '1-0',
        row: 1,
        timeline: 'live',
        at: AT,
        told: { host: 'gate-9', timezone: 'Europe/Berlin' },
        raw: GARBAGE,
      },
    ]);
  });

  it('rejects a line that is not UTF-8 and reads the lines around it', () => {
    const body = Buffer.concat([Buffer.from(`${GOOD}\n`), Buffer.from([0xff]), Buffer.from(`\n${GOOD}`)]);
    const result = run({ body });
    expect(idsOf(result)).toEqual(['req0-0', 'req0-2']);
    expect(reasonsOf(result)).toEqual([[1, 'invalid_encoding']]);
  });

  it('makes one batch a timeline, in the order of arrival', () => {
    const result = run(
      { body: GOOD },
      { body: GOOD, timeline: 'replay' },
      { body: GOOD, meta: { at: AT - 7 } },
    );
    expect(result.outputs.map(({ timeline, events, meta }) => [timeline, events, meta])).toEqual([
      ['live', 2, { at: AT - 7, ingestedAt: NOW, highest: AT - 30_000 }],
      ['replay', 1, { at: AT, ingestedAt: NOW, highest: AT - 30_000 }],
    ]);
  });

  it('makes no batch of dead letters only', () => {
    expect(run({ body: GARBAGE }).outputs).toEqual([]);
  });
});

describe('the id of an event', () => {
  it('is minted the same for a retry, whenever that is', () => {
    const segment = toSegment([{ body: `${GARBAGE}\n${GOOD}\n${GOOD}` }]);
    const [first, retry] = [NOW, NOW + 60_000].map((now) => ingest(segment, { now, partitions: 4 }));
    expect(first && idsOf(first)).toEqual(['req0-1', 'req0-2']);
    expect(retry && idsOf(retry)).toEqual(['req0-1', 'req0-2']);
    expect(retry?.deadLetters).toEqual(first?.deadLetters);
  });

  it('is the one that the event brings, and minted only where it brings none', () => {
    const { id: _id, ...withoutId } = anEvent().event;
    const body = encode([anEvent(), anEvent({ event: withoutId })]);
    expect(idsOf(run({ body, meta: { codec: 'events' } }))).toEqual(['event-1', 'req0-1']);
  });

  it('of a redriven dead letter is the one that it was given', () => {
    expect(idsOf(run({ body: GOOD, meta: { eventId: 'req0-0-r1' } }))).toEqual(['req0-0-r1']);
    const body = encode([anEvent()]);
    expect(idsOf(run({ body, meta: { codec: 'events', eventId: 'event-1-r1' } }))).toEqual(['event-1-r1']);
  });
});

test('items that the edge saw before are no part of the entry', () => {
  const events = ['a', 'b', 'c'].map((id) => anEvent({ event: { ...anEvent().event, id } }));
  expect(idsOf(run({ body: encode(events), meta: { codec: 'events', skip: [1] } }))).toEqual(['a', 'c']);
});

describe('the rows of a batch', () => {
  const partsOf = (events: readonly NormalisedEvent[]) =>
    run({ body: encode(events), meta: { codec: 'events' } }).outputs.flatMap(
      ({ body }) => decodeBatch(body).parts,
    );
  const partitionsOf = (...events: readonly NormalisedEvent[]) =>
    partsOf(events).map(({ partition }) => partition);
  const from = (ip: string) => anEvent({ source: { ip } });

  it('lie apart by the partition of their source, each once and in order', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.array(octet, { minLength: 1, maxLength: 30 }), (octets) => {
        const events = octets.map((last, i) => ({
          ...from(`203.0.113.${last}`),
          event: { ...anEvent().event, id: `event-${i}` },
        }));
        for (const part of partsOf(events)) {
          const own = events.filter(({ source }) => partitionOf(source?.ip ?? '', 4) === part.partition);
          expect(part.events().map(({ event }) => event.id)).toEqual(own.map(({ event }) => event.id));
        }
        expect(partsOf(events).reduce((sum, { length }) => sum + length, 0)).toBe(events.length);
      }),
    );
  });

  it('go by the host of an event without a source, and by the id of one without either', () => {
    const { source: _source, ...atHost } = anEvent();
    const { host: _host, ...alone } = atHost;
    expect(partitionsOf(atHost)).toEqual([partitionOf('gate-1', 4)]);
    expect(partitionsOf(alone)).toEqual([partitionOf('event-1', 4)]);
  });

  it.each([
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0::1', '2001:db8::1'],
  ])('go by the one spelling of their address, which they carry from here: %s', (ip, spelling) => {
    const [part] = partsOf([from(ip)]);
    expect(part?.partition).toBe(partitionOf(spelling, 4));
    expect(part?.events()[0]?.source?.ip).toBe(spelling);
  });
});

describe('a fault of a reader', () => {
  const charCodeAt = String.prototype.charCodeAt;
  const BROKEN = 'the line that breaks its reader';

  beforeEach(() => {
    jest.spyOn(String.prototype, 'charCodeAt').mockImplementation(function (this: string, at) {
      if (String(this) === BROKEN) throw new Error('a fault');
      return charCodeAt.call(this, at);
    });
  });

  afterEach(() => jest.restoreAllMocks());

  it('is that of its line alone', () => {
    const result = run({ body: `${GOOD}\n${BROKEN}\n${GOOD}` });
    expect(idsOf(result)).toEqual(['req0-0', 'req0-2']);
    expect(result.deadLetters).toMatchObject([{ reason: 'poison', detail: 'a fault', row: 1, raw: BROKEN }]);
  });
});

describe('an event ahead of its arrival', () => {
  const ahead = (ms: number) => anEvent({ '@timestamp': new Date(AT + ms).toISOString() });
  const only = (body: Buffer, timeline?: string) =>
    run({ body, meta: { codec: 'events' }, ...(timeline === undefined ? {} : { timeline }) }).outputs[0];

  it('by more than the limit is marked and does not raise the highest event time', () => {
    const output = only(encode([ahead(0), ahead(EVENT_TIME.futureMs + 1)]));
    expect(decodeBatch(output?.body ?? Buffer.alloc(0)).future).toEqual([1]);
    expect(output?.meta.highest).toBe(AT);
  });

  it('by less moves time as far as its arrival, and keeps its own time', () => {
    const output = only(encode([ahead(EVENT_TIME.futureMs)]));
    expect(decodeBatch(output?.body ?? Buffer.alloc(0)).future).toEqual([]);
    expect([...decodeBatch(output?.body ?? Buffer.alloc(0)).times]).toEqual([AT + EVENT_TIME.futureMs]);
    expect(output?.meta.highest).toBe(AT);
  });

  it('moves time as far as the latest arrival that has one, whatever arrives together', () => {
    const [early, later] = [encode([ahead(60_000)]), encode([ahead(60_000), ahead(-3)])];
    const codec = 'events' as const;
    const result = run({ body: later, meta: { codec, at: AT + 7 } }, { body: early, meta: { codec } });
    expect(result.outputs[0]?.meta.highest).toBe(AT + 7);
  });

  it('is none on a timeline of its own, where it says how far time has come', () => {
    const output = only(encode([ahead(EVENT_TIME.futureMs + 1)]), 'replay');
    expect(decodeBatch(output?.body ?? Buffer.alloc(0)).future).toEqual([]);
    expect(output?.meta.highest).toBe(AT + EVENT_TIME.futureMs + 1);
  });
});
