import { EVENT_CATEGORIES, EVENT_TYPES } from '@watchfloor/contracts';
import fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { startEdge, type TestEdge } from './testing';

type Fields = Record<string, unknown>;

/** A valid event by the words of the contract, built without the schema. */
const validEvent = fc
  .record(
    {
      '@timestamp': fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      event: fc.record(
        {
          category: fc.oneof(
            fc.constantFrom(...EVENT_CATEGORIES),
            fc.array(fc.constantFrom(...EVENT_CATEGORIES), { minLength: 1, maxLength: 3 }),
          ),
          type: fc.array(fc.constantFrom(...EVENT_TYPES), { maxLength: 3 }),
          action: fc.string({ maxLength: 40 }),
          severity: fc.integer({ min: 0, max: 100 }),
        },
        { requiredKeys: ['category'] },
      ),
      source: fc.record({ ip: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.nat(65_535) }, { requiredKeys: [] }),
      network: fc.record({ bytes: fc.maxSafeNat() }),
      user: fc.record({ name: fc.string({ unit: 'grapheme', maxLength: 40 }) }),
      agent: fc.record({ name: fc.string() }),
      labels: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,8}$/),
        fc.oneof(fc.string(), fc.nat(), fc.boolean()),
        {
          maxKeys: 5,
        },
      ),
      tags: fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 }),
    },
    { requiredKeys: ['@timestamp', 'event'] },
  )
  .filter((event) => noLoneSurrogate(JSON.stringify(event)));

const noLoneSurrogate = (text: string) => !/\\ud[89a-f]/i.test(text);

/** Each turns a valid event into one that the contract refuses with that code, whatever else the event holds. */
const DEFECTS: [code: string, spoil: (event: Fields) => void][] = [
  ['missing_field', (event) => delete event['@timestamp']],
  ['missing_field', (event) => delete (event['event'] as Fields)['category']],
  ['invalid_type', (event) => (event['@timestamp'] = 5)],
  ['invalid_type', (event) => (event['source'] = [])],
  ['invalid_type', (event) => (event['user'] = { name: { first: 'x' } })],
  ['invalid_timestamp', (event) => (event['@timestamp'] = '1969-12-31T00:00:00Z')],
  ['invalid_value', (event) => ((event['event'] as Fields)['category'] = ['nothing'])],
  ['invalid_value', (event) => (event['source'] = { ip: '1.2.3' })],
  ['number_range', (event) => (event['network'] = { bytes: 2 ** 60 })],
  ['number_range', (event) => (event['destination'] = { port: 65_536 })],
  ['invalid_id', (event) => ((event['event'] as Fields)['id'] = 'no id')],
  ['unknown_property', (event) => (event['tenant'] = 'x')],
  ['unknown_property', (event) => ((event['event'] as Fields)['mood'] = 'x')],
  ['too_deep', (event) => (event['labels'] = { a: { a: { a: { a: { a: { a: { a: {} } } } } } } })],
];

/** An element of a batch with the code that it must get; undefined for a valid one. */
const element = fc.oneof(
  {
    weight: 4,
    arbitrary: validEvent.map((event) => ({
      event: event as unknown,
      code: undefined as string | undefined,
    })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(validEvent, fc.constantFrom(...DEFECTS)).map(([event, [code, spoil]]) => {
      const spoilt = structuredClone(event) as Fields;
      spoil(spoilt);
      return { event: spoilt as unknown, code: code as string | undefined };
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer()))
      .map((event) => ({ event: event as unknown, code: 'invalid_type' as string | undefined })),
  },
);

describe('whatever is sent', () => {
  let edge: TestEdge;

  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.close());

  const send = (body: string | Uint8Array, type = 'application/json') =>
    fetch(`${edge.url}/api/v1/events`, { method: 'POST', headers: { 'content-type': type }, body });

  it('each event of a batch gets the verdict that the contract gives it, and what is accepted is stored', async () => {
    let accepted = 0;
    let rejected = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(element, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        async (elements, lines) => {
          const texts = elements.map(({ event }) => JSON.stringify(event));
          fc.pre(texts.every(noLoneSurrogate));
          const answer = lines
            ? await send(texts.join('\n'), 'application/x-ndjson')
            : await send(`[${texts.join(',')}]`);
          const body = (await answer.json()) as {
            accepted?: number;
            errors: { index: number; code: string }[];
          };
          const expected = elements.flatMap(({ code }, index) =>
            code === undefined ? [] : [{ index, code }],
          );
          expect(body.errors.map(({ index, code }) => ({ index, code }))).toEqual(expected);
          expect(answer.status).toBe(expected.length === elements.length ? 400 : 202);
          accepted += elements.length - expected.length;
          rejected += expected.length;
        },
      ),
      { numRuns: 300 },
    );
    const stored = (await edge.entries()).reduce((sum, { events }) => sum + events, 0);
    expect(stored).toBe(accepted);
    expect(await edge.counter('edge.accepted')).toBe(accepted);
    expect(await edge.counter('edge.rejected')).toBe(rejected);
  }, 120_000);

  it('bytes that are no JSON are refused and bytes that are never bring the server down', async () => {
    const cut = fc.tuple(validEvent, fc.nat(), fc.uint8Array({ maxLength: 6 })).map(([event, at, junk]) => {
      const bytes = Buffer.from(JSON.stringify([event]));
      const place = at % bytes.length;
      return Buffer.concat([bytes.subarray(0, place), junk, bytes.subarray(place + junk.length)]);
    });
    const any = fc.oneof(
      cut,
      cut,
      fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        const answer = await send(bytes);
        await answer.arrayBuffer();
        expect([202, 400]).toContain(answer.status);
        if (!isUtf8(bytes) || !parses(bytes)) expect(answer.status).toBe(400);
      }),
      { numRuns: 700 },
    );
  }, 120_000);
});

function parses(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}
