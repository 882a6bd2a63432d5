import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { startEdge, type TestEdge } from './testing';

const RUNS = 300;
const AT_ONCE = 10;

const event = anEvent({ event: { id: 'a', category: ['network'] } });
const cloudEvent = {
  specversion: '1.0',
  id: 'c',
  source: '/s',
  type: 't',
  time: '2026-01-05T10:00:00Z',
  data: event,
};
const line = '2026-01-05T10:00:00Z gate sshd[7]: Failed password for root from 198.18.0.1 port 50022 ssh2';
const zeek =
  '{"ts":1767607200.1,"uid":"C1","id.orig_h":"198.18.0.1","id.resp_h":"10.0.0.1","conn_state":"SF"}';

const nameless = { ...event, event: { category: 'web' } };

/** Requests that are valid as they stand. */
const SEEDS = (
  [
    ['/events', 'application/json', JSON.stringify(event)],
    ['/events', 'application/json; charset=utf-8', JSON.stringify([nameless, event, nameless])],
    ['/events', 'application/x-ndjson', `${JSON.stringify(nameless)}\n${JSON.stringify(nameless)}\n`],
    ['/events', 'application/cloudevents+json', JSON.stringify(cloudEvent)],
    [
      '/events',
      'application/cloudevents-batch+json',
      JSON.stringify([cloudEvent, { ...cloudEvent, id: 'd' }]),
    ],
    ['/logs/openssh', 'text/plain', `${line}\r\n${line}\n`],
    ['/logs/zeek', 'application/x-ndjson', `${zeek}\n\n${zeek}`],
    ['/logs/auto', 'text/plain', `${line}\n${zeek}`],
  ] as const
).map(([path, type, text]) => ({ path, type, seed: Buffer.from(text) }));

/** What tends to be read wrongly, wherever it stands. */
const TOKENS = [
  Buffer.from([0]),
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xef, 0xbb, 0xbf]),
  ...[
    '"\\ud800"',
    '1e400',
    '-0',
    '9007199254740993',
    '"__proto__":{"x":1},',
    '"constructor":{"prototype":{}},',
    '['.repeat(3_000),
    '{"a":'.repeat(40),
    '\n',
    '\r',
    '}',
    ',',
    'null',
    '"event":1,',
    '\u2028',
    '😀',
  ].map((text) => Buffer.from(text)),
];

const mutation = fc.oneof(
  fc.record({ at: fc.nat(), insert: fc.constantFrom(...TOKENS), cut: fc.constant(0) }),
  fc.record({
    at: fc.nat(),
    insert: fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    cut: fc.nat(8),
  }),
  fc.record({ at: fc.nat(), insert: fc.constant(Buffer.alloc(0)), cut: fc.nat(400) }),
);

/** Mostly nothing, so that most requests have one thing wrong with them or two. */
const rarely = <T>(...values: T[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );

const sent = fc.record({
  request: fc.constantFrom(...SEEDS),
  mutations: fc.array(mutation, { maxLength: 3, size: 'max' }),
  path: rarely('/events', '/logs/openssh', '/logs/auto', '/logs/nothing'),
  type: rarely(
    'application/json',
    'application/json;charset=latin1',
    'application/x-ndjson',
    'application/xml',
    'multipart/form-data',
    'nonsense',
    '/',
  ),
  encoding: rarely('gzip', 'identity', 'x'),
  key: rarely('k1', 'k2', 'k3', 'no key', 'k'.repeat(300)),
  query: rarely('?timeline=other', '?timeline=NO', '?year=1', '?timezone=Mars/Base', '?x=y'),
});

function mutated(seed: Buffer, mutations: Sent['mutations']): Buffer {
  return mutations.reduce((bytes, { at, insert, cut }) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + cut)]);
  }, seed);
}

type Sent = typeof sent extends fc.Arbitrary<infer T> ? T : never;

interface Answer {
  readonly accepted?: number;
  readonly code?: string;
}

test('no request with a mutated body gets a 5xx, and what was refused is stored nowhere', async () => {
  const edge: TestEdge = await startEdge();
  const statuses = new Map<number, number>();
  let accepted = 0;

  const send = async ({ request, mutations, path, type, encoding, key, query }: Sent) => {
    const response = await fetch(`${edge.url}/api/v1${path ?? request.path}${query ?? ''}`, {
      method: 'POST',
      headers: {
        'content-type': type ?? request.type,
        ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: mutated(request.seed, mutations),
    });
    const answer = (await response.json()) as Answer;
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    expect(response.status).toBeLessThan(500);
    if (response.status !== 202) expect(answer.code).toMatch(/^[a-z_]+$/);
    // An answer that is given again tells of what the first request stored.
    else if (response.headers.get('idempotency-replayed') === null) accepted += answer.accepted ?? 0;
  };

  try {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
        await Promise.all(requests.map(send));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );

    const stored = (await edge.entries()).reduce((sum, { events }) => sum + events, 0);
    const [received = 0, counted = 0, duplicates = 0, rejected = 0, refused = 0] = await Promise.all(
      ['received', 'accepted', 'duplicates', 'rejected', 'refused'].map((name) =>
        edge.counter(`edge.${name}`),
      ),
    );
    expect(stored).toBe(accepted);
    expect(counted).toBe(accepted);
    expect(received).toBe(counted + duplicates + rejected);
    expect(refused).toBeGreaterThan(0);
    expect([...statuses.values()].reduce((a, b) => a + b)).toBe(RUNS * AT_ONCE);
    for (const status of [202, 400, 404, 415]) expect(statuses.get(status)).toBeGreaterThan(0);
  } finally {
    await edge.close();
  }
}, 120_000);
