import { anEvent } from '@watchfloor/contracts/testing';
import { ownRedis } from '@watchfloor/redis/testing';
import request from 'supertest';
import { decode } from '../pipeline/batch-codec';
import { startEdge, until, type TestEdge } from './testing';

const named = (id: string) => anEvent({ event: { id, category: ['network'] } });
const nameless = { '@timestamp': '2026-01-05T10:00:00.000Z', event: { category: 'network' } };

describe('the edge', () => {
  let edge: TestEdge;

  beforeEach(async () => {
    edge = await startEdge();
  });
  afterEach(() => edge.close());

  const send = (path: string, type: string) =>
    request(edge.url).post(`/api/v1${path}`).set('content-type', type);
  const counts = async () =>
    Promise.all(
      ['received', 'accepted', 'duplicates', 'rejected', 'refused'].map((name) =>
        edge.counter(`edge.${name}`),
      ),
    );
  const storedIds = async () =>
    (await edge.entries())
      .flatMap(({ body }) => decode<{ event: { id: string } }[]>(body).map(({ event }) => event.id))
      .sort();

  it.each<[string, string]>([
    ['application/json', JSON.stringify([named('a'), named('b')])],
    ['application/x-ndjson', `${JSON.stringify(named('a'))}\n${JSON.stringify(named('b'))}\n`],
    ['application/json; charset=utf-8', JSON.stringify([named('a'), named('b')])],
  ])('takes events as %s', async (type, body) => {
    const { status, body: answer } = await send('/events', type).send(body);
    expect(status).toBe(202);
    expect(answer).toEqual({ accepted: 2, duplicates: 0, rejected: 0, errors: [] });
    expect(await storedIds()).toEqual(['a', 'b']);
  });

  it('takes one event as an object', async () => {
    const { body } = await send('/events', 'application/json').send(JSON.stringify(named('a')));
    expect(body.accepted).toBe(1);
  });

  it('gives a CloudEvent one id, in whichever of the three modes it comes', async () => {
    const envelope = { specversion: '1.0', id: '7', source: 'sensor', type: 'flow' };
    const one = { ...envelope, datacontenttype: 'application/json', data: nameless };
    const structured = await send('/events', 'application/cloudevents+json').send(JSON.stringify(one));
    const batch = await send('/events', 'application/cloudevents-batch+json').send(JSON.stringify([one]));
    const binary = await send('/events', 'application/json')
      .set({ 'ce-specversion': '1.0', 'ce-id': '7', 'ce-source': 'sensor', 'ce-type': 'flow' })
      .send(JSON.stringify(nameless));
    expect([structured, batch, binary].map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(structured.body.accepted).toBe(1);
    expect([batch, binary].map(({ body }) => body.duplicates)).toEqual([1, 1]);
    expect(await storedIds()).toHaveLength(1);
  });

  it('takes the valid events of a batch and lists the others', async () => {
    const body = JSON.stringify([named('a'), { ...named('b'), tenant: 'x' }, named('c'), 5]);
    const { status, body: answer } = await send('/events', 'application/json').send(body);
    expect(status).toBe(202);
    expect(answer).toMatchObject({
      accepted: 2,
      rejected: 2,
      errors: [
        { index: 1, code: 'unknown_property' },
        { index: 3, code: 'invalid_type' },
      ],
    });
    expect(await counts()).toEqual([4, 2, 0, 2, 0]);
    expect(await edge.counter('edge.rejected:unknown_property')).toBe(1);
  });

  it('counts a batch without one valid event, and answers its repeat alike', async () => {
    const body = JSON.stringify([{}, 5]);
    const first = await send('/events', 'application/json').set('idempotency-key', 'k').send(body);
    const second = await send('/events', 'application/json').set('idempotency-key', 'k').send(body);
    expect([first.status, first.body.code, first.body.errors.length]).toEqual([400, 'no_valid_event', 2]);
    expect(second.body.errors).toEqual(first.body.errors);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await counts()).toEqual([4, 0, 2, 2, 0]);
    expect(await edge.entries()).toEqual([]);
  });

  it('mints the same ids for the same key, and others without one', async () => {
    const body = JSON.stringify([nameless]);
    const ids = async () => {
      await send('/events', 'application/json').set('idempotency-key', 'k').send(body);
      return storedIds();
    };
    const first = await ids();
    expect(await ids()).toEqual(first);
    await send('/events', 'application/json').send(body);
    expect(await storedIds()).toHaveLength(2);
    for (const id of await storedIds()) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it('tells a repeat from a new request under the same key', async () => {
    const lines = (body: string, query = '') =>
      send(`/logs/openssh${query}`, 'text/plain').set('idempotency-key', 'k').send(body);
    const first = await lines('a\r\nb\r\n');
    const second = await lines('a\r\nb\r\n');
    expect(first.body).toEqual({ accepted: 2, duplicates: 0, rejected: 0, errors: [] });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    for (const other of [await lines('a\r\nc\r\n'), await lines('a\r\nb\r\n', '?year=2015')]) {
      expect([other.status, other.body.code]).toEqual([422, 'key_reused']);
    }
    await until(async () => (await edge.counter('edge.refused:key_reused')) === 2);
    expect(await counts()).toEqual([4, 2, 2, 0, 2]);
  });

  it('stores the lines of a request byte for byte, with what was said about them', async () => {
    const body = Buffer.concat([Buffer.from('caf\xe9\r\n', 'latin1'), Buffer.from('täglich\n\nlast')]);
    const url = '/logs/auto?host=gate-1&timezone=Europe/Berlin&year=2015&timeline=replay-1';
    const { status, body: answer } = await send(url, 'application/x-ndjson').send(body.toString('latin1'));
    expect(status).toBe(202);
    expect(answer.accepted).toBe(4);
    const [entry] = await edge.entries();
    expect(entry).toMatchObject({
      events: 4,
      timeline: 'replay-1',
      meta: { codec: 'lines', dataset: 'auto', host: 'gate-1', timezone: 'Europe/Berlin', year: 2015 },
    });
  });

  it('has room for 16 named timelines', async () => {
    const status = async (timeline: string) =>
      (await send(`/logs/openssh?timeline=${timeline}`, 'text/plain').send('x')).status;
    for (let n = 1; n <= 16; n++) expect(await status(`t${n}`)).toBe(202);
    expect(await status('t17')).toBe(409);
    expect(await status('t3')).toBe(202);
    expect(await status('live')).toBe(202);
  });

  it('refuses a client that sends more requests than it may, and says when to come again', async () => {
    const strict = await startEdge({ CLIENT_REQUESTS_PER_SECOND: '1' });
    const post = () => request(strict.url).post('/api/v1/events').send(named('a'));
    try {
      expect((await post()).status).toBe(202);
      const refused = await post();
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(refused.headers['retry-after']).toBe('1');
      await until(async () => (await strict.counter('edge.refused:rate_limited')) === 1);
      // What is no intake is not limited: whoever sends too much may still look.
      expect((await request(strict.url).get('/docs-json')).status).toBe(200);
      await until(async () => (await post()).status === 202);
    } finally {
      await strict.close();
    }
  });

  it('refuses at the door while a gauge says that the pipeline is full', async () => {
    let full = true;
    edge.gauges.add({ overloaded: () => (full ? 'enough' : undefined) });
    const refused = await send('/events', 'application/json').send(JSON.stringify(named('a')));
    expect([refused.status, refused.body.code]).toEqual([503, 'overloaded']);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    await until(async () => (await edge.counter('edge.refused:overloaded')) === 1);
    full = false;
    const taken = await send('/events', 'application/json').send(JSON.stringify(named('a')));
    expect(taken.status).toBe(202);
  });

  it('counts the fields of ECS that it does not keep', async () => {
    const body = JSON.stringify({ ...named('a'), agent: { name: 'shipper', version: '9' } });
    await send('/events', 'application/json').send(body);
    expect(await edge.counter('edge.dropped_fields')).toBe(2);
  });

  it('is documented as OpenAPI, every media type and code of it', async () => {
    const { status, body } = await request(edge.url).get('/docs-json');
    expect(status).toBe(200);
    const { requestBody, responses } = body.paths['/api/v1/events'].post;
    expect(Object.keys(requestBody.content)).toEqual([
      'application/json',
      'application/x-ndjson',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
    ]);
    expect(Object.keys(responses)).toEqual(
      expect.arrayContaining(['202', '400', '409', '413', '415', '422', '503']),
    );
    expect(body.paths).toHaveProperty(['/api/v1/logs/{dataset}', 'post']);
    expect((await request(edge.url).get('/docs')).status).toBe(200);
  });

  it('lets no page of another origin in', async () => {
    const { headers } = await request(edge.url).get('/api/v1/nothing');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('the edge without its storage', () => {
  it('answers 503 within 2.5 s while Redis is gone or silent, never 500, and takes events again after', async () => {
    const own = await ownRedis();
    const edge = await startEdge({ REDIS_URL: own.url });
    const send = async (id: string) => {
      const started = performance.now();
      const answer = await request(edge.url)
        .post('/api/v1/events')
        .set({ 'content-type': 'application/json', 'idempotency-key': id })
        .send(JSON.stringify(named(id)));
      expect(performance.now() - started).toBeLessThan(2_500);
      return answer;
    };
    const taken = (id: string) => until(async () => (await send(id)).status === 202);
    expect((await send('before')).status).toBe(202);

    own.pause();
    const silent = await send('silent');
    expect([silent.status, silent.body.code]).toEqual([503, 'storage_unavailable']);
    expect(silent.headers['retry-after']).toMatch(/^\d+$/);
    own.resume();
    await taken('between');

    await own.kill9();
    const gone = await send('gone');
    expect([gone.status, gone.body.code]).toEqual([503, 'storage_unavailable']);
    await own.restart();
    await taken('silent');
    await taken('gone');
    await edge.close();
  }, 40_000);

  it('answers 503 when Redis is out of memory', async () => {
    const own = await ownRedis();
    const edge = await startEdge({ REDIS_URL: own.url });
    await edge.redis.config('SET', 'maxmemory', '1mb');
    const answer = await request(edge.url)
      .post('/api/v1/logs/openssh')
      .set('content-type', 'text/plain')
      .send('x'.repeat(1_000_000));
    expect([
      answer.status,
      ['overloaded', 'storage_unavailable'].includes(answer.body.code as string),
    ]).toEqual([503, true]);
    expect(await edge.entries()).toEqual([]);
    await edge.close();
  }, 20_000);
});
