import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventList, NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import { type Keyspace, masters, type RedisConnection } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import request from 'supertest';
import { readConfig } from '../config';
import { ConfigModule } from '../config.module';
import { serveApiDocs } from '../http/api-docs.lifecycle';
import { createHttpApplication } from '../http/http-application.lifecycle';
import { appendLines } from '../pipeline/dead-letters/testing';
import { CLOCK } from '../pipeline/stores.module';
import { appendRaw, TestWorker } from '../pipeline/testing';
import { KEYSPACE, PIPELINE_REDIS, RedisModule } from '../redis.module';
import type { EventFilter } from './event-filter';
import { RecentEventsStore } from './recent-events.store';
import { ResourcesModule } from './resources.module';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const FAILED_LOGIN =
  'Jan  5 10:00:00 gate-1 sshd[411]: Failed password for root from 198.18.0.7 port 50022 ssh2';

@Global()
@Module({ providers: [{ provide: CLOCK, useValue: () => NOW }], exports: [CLOCK] })
class TestClock {}

let app: NestFastifyApplication;
let redis: RedisConnection;
let keys: Keyspace;

beforeAll(async () => {
  const config = readConfig({ REDIS_URL: await testRedisUrl(), KEY_PREFIX: freshPrefix(), PARTITIONS: '4' });
  @Module({ imports: [ConfigModule.with(config), RedisModule, TestClock, ResourcesModule] })
  class TestRoot {}
  app = await createHttpApplication(TestRoot, { logger: ['error', 'fatal'] });
  serveApiDocs(app, '0.0.0');
  await app.listen(0, '127.0.0.1');
  redis = app.get<RedisConnection>(PIPELINE_REDIS);
  keys = app.get<Keyspace>(KEYSPACE);
});
beforeEach(() => Promise.all(masters(redis).map((master) => master.flushall())));
afterAll(() => app.close());

const get = (path: string): request.Test => request(app.getHttpServer()).get(`/api/v1${path}`);
const post = (path: string, body?: object): request.Test =>
  request(app.getHttpServer()).post(`/api/v1${path}`).send(body);
const worker = (): TestWorker => new TestWorker(redis, keys, { now: () => NOW });

/** Events of many sources, one after the other. */
function someEvents(count: number, first = 0): NormalisedEvent[] {
  return Array.from({ length: count }, (_, i) =>
    anEvent({
      '@timestamp': new Date(NOW - 20_000 + (first + i) * 100).toISOString(),
      event: {
        id: `event-${first + i}`,
        category: ['authentication'],
        outcome: (first + i) % 3 === 0 ? 'success' : 'failure',
      },
      source: { ip: `198.18.0.${first + i}` },
    }),
  );
}

async function arrive(events: readonly NormalisedEvent[], timeline = 'live', partition = 0): Promise<void> {
  await appendRaw(redis, keys, { partition, events, at: NOW, timeline });
  await worker().drain();
}

/** All pages of `GET /events`, as ids. */
async function pages(query: string): Promise<string[][]> {
  const found: string[][] = [];
  let cursor = '';
  for (;;) {
    const { body } = await get(`/events?${query}${cursor}`).expect(200);
    const { items, next } = body as EventList;
    found.push(items.map((event) => event.event.id ?? ''));
    if (next === null) return found;
    expect(found.length).toBeLessThan(100);
    cursor = `&cursor=${next}`;
  }
}

describe('GET /events', () => {
  it('lists every aggregated event once over its pages, later arrivals first', async () => {
    for (let round = 0; round < 5; round++) await arrive(someEvents(20, round * 20));
    const found = await pages('limit=7');
    expect(found.slice(0, -1).every((page) => page.length === 7)).toBe(true);
    const ids = found.flat().map((id) => Number(id.slice('event-'.length)));
    expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const rounds = ids.map((id) => Math.floor(id / 20));
    expect(rounds).toEqual([...rounds].sort((a, b) => b - a));
  });

  it('answers whole events and null behind the last', async () => {
    await arrive(someEvents(2));
    const { body } = await get('/events?limit=2').expect(200);
    expect(body.next).toBeNull();
    expect(body.items).toHaveLength(2);
    expect(body.items).toContainEqual(expect.objectContaining(someEvents(2)[1] ?? {}));
  });

  it('goes on where it was although newer events came', async () => {
    await arrive(someEvents(10));
    const first = (await get('/events?limit=4')).body as EventList;
    await arrive(someEvents(10, 10));
    const rest = (await get(`/events?limit=10&cursor=${first.next}`)).body as EventList;
    const ids = [...first.items, ...rest.items].map((event) => event.event.id);
    expect(new Set(ids)).toEqual(new Set(someEvents(10).map((event) => event.event.id)));
    expect(ids).toHaveLength(10);
  });

  it('holds back what is not aggregated yet', async () => {
    await appendRaw(redis, keys, { partition: 0, events: someEvents(3), at: NOW });
    await worker().drain(['ingest', 'processing']);
    expect((await get('/events')).body).toEqual({ items: [], next: null });
    await worker().drain();
    expect((await get('/events')).body.items).toHaveLength(3);
  });

  it('keeps timelines apart and lets filters choose', async () => {
    await arrive(someEvents(9));
    await arrive(someEvents(9, 100), 'day');
    expect((await pages('timeline=day')).flat()).toHaveLength(9);
    expect((await pages('outcome=success&limit=1')).flat().sort()).toEqual(['event-0', 'event-3', 'event-6']);
    expect((await pages('source=198.18.0.4')).flat()).toEqual(['event-4']);
    expect((await pages('source=203.0.113.1')).flat()).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'limit=1&limit=2',
    'cursor=x',
    'cursor=',
    'cursor=W10',
    'timeline=A',
    'severity=x',
  ])('refuses %s', async (query) => {
    const { body } = await get(`/events?${query}`).expect(400);
    expect(body).toMatchObject({ code: 'invalid_parameter', status: 400 });
  });
});

describe('matching recent events', () => {
  const range = [NOW - 20_000, NOW - 19_000] as const;

  /** The ids of the kept live events that pass, and the range that they stand for. */
  async function matching(filter: EventFilter, from: number, to: number) {
    const ids: (string | undefined)[] = [];
    const coverage = await app
      .get(RecentEventsStore)
      .recentMatching({ timeline: 'live', filter, from, to }, (part, rows) =>
        ids.push(...rows.map((row) => part.event(row).event.id)),
      );
    return { ids, coverage };
  }

  it('are those of the range of event time, all of it while nothing was dropped', async () => {
    await arrive(someEvents(50));
    const { ids, coverage } = await matching({ outcome: 'success' }, ...range);
    expect(ids.sort()).toEqual(['event-0', 'event-3', 'event-6', 'event-9']);
    expect(coverage).toEqual({ from: range[0], to: range[1], complete: true });
  });

  it('are the same when they are asked for again, with those that came since', async () => {
    await arrive(someEvents(10));
    const all = [NOW - 60_000, NOW] as const;
    const first = await matching({}, ...all);
    expect(await matching({}, ...all)).toEqual(first);
    await arrive(someEvents(10, 10));
    expect((await matching({}, ...all)).ids).toHaveLength(20);
  });

  it('say that they are not all once older ones were dropped', async () => {
    for (let round = 0; round < 12; round++) await arrive(sameSource(200, round));
    const { ids, coverage } = await matching({}, NOW - 60_000, Date.now());
    expect(ids.length).toBeLessThan(2_400);
    expect(coverage.complete).toBe(false);
    expect(coverage.from).toBeGreaterThan(NOW - 60_000);
  });

  /** Events of one source: one partition keeps a thousand of them and drops the rest. */
  function sameSource(count: number, round: number): NormalisedEvent[] {
    return someEvents(count, round * count).map((event) => ({
      ...event,
      '@timestamp': new Date(NOW).toISOString(),
      source: { ip: '198.18.0.1' },
    }));
  }
});

describe('GET /events/{id}/trace', () => {
  async function stateOf(id: string): Promise<{ state: string; steps: string[] }> {
    const { body } = await get(`/events/${id}/trace`).expect(200);
    const { state, steps } = body as { state: string; steps: { step: string }[] };
    return { state, steps: steps.map(({ step }) => step) };
  }

  it('follows an event through the stages', async () => {
    await appendRaw(redis, keys, { partition: 1, events: someEvents(3), at: NOW });
    expect(await stateOf('event-1')).toEqual({ state: 'ingest', steps: ['received'] });
    await worker().drain(['ingest']);
    expect(await stateOf('event-1')).toEqual({ state: 'processing', steps: ['received', 'ingested'] });
    await worker().drain(['processing']);
    const keyed = ['received', 'ingested', 'processed', 'keyed'];
    expect(await stateOf('event-1')).toEqual({ state: 'aggregation', steps: keyed });
    await worker().drain();
    expect(await stateOf('event-1')).toEqual({ state: 'aggregated', steps: [...keyed, 'aggregated'] });
  });

  it('gives times, partitions, the window and the event', async () => {
    await arrive(someEvents(3), 'day', 2);
    const { body } = await get('/events/event-1/trace').expect(200);
    expect(body).toMatchObject({
      id: 'event-1',
      timeline: 'day',
      window: '2026-01-05T10:00:10.000Z',
      event: someEvents(3)[1],
    });
    expect(body.steps[0]).toEqual({ step: 'received', time: new Date(NOW).toISOString(), partition: 2 });
    const [keyed, aggregated] = body.steps.slice(-2) as { time: string; partition: number }[];
    expect(keyed?.partition).toBe(aggregated?.partition);
    expect(Date.parse(aggregated?.time ?? '')).toBeGreaterThanOrEqual(Date.parse(keyed?.time ?? ''));
    await get('/events/event-1/trace?timeline=live').expect(404);
  });

  it('finds a line before it has been read, by the id that it will get', async () => {
    await appendLines(redis, keys, { partition: 0, lines: [FAILED_LOGIN, 'gibberish'], at: NOW });
    expect(await stateOf('req-1')).toEqual({ state: 'ingest', steps: ['received'] });
    await get('/events/req-2/trace').expect(404);
    await worker().drain();
    const { body } = await get('/events/req-1/trace').expect(200);
    expect(body).toMatchObject({
      state: 'dead-lettered',
      deadLetter: { reason: 'unrecognised', raw: 'gibberish' },
    });
  });

  it.each(['event-99', 'event', 'a*b', 'x'.repeat(65)])(
    'answers 404 for %s, which it does not know',
    async (id) => {
      await arrive(someEvents(3));
      const { body } = await get(`/events/${id}/trace`).expect(404);
      expect(body.code).toBe('not_found');
    },
  );
});

describe('/dead-letters', () => {
  async function letterId(): Promise<string> {
    await appendLines(redis, keys, { partition: 3, lines: ['gibberish', FAILED_LOGIN], at: NOW });
    await worker().drain();
    const { body } = await get('/dead-letters?reason=unrecognised&stage=ingest&limit=1').expect(200);
    expect(body).toMatchObject({ items: [{ raw: 'gibberish', state: 'dead' }], next: null });
    return body.items[0].id as string;
  }

  it('sends one back, once', async () => {
    const id = await letterId();
    const answer = await post(`/dead-letters/${id}/redrive`, { raw: FAILED_LOGIN }).expect(202);
    expect(answer.body).toEqual({ id, stage: 'ingest', eventId: 'req-0-r1' });
    const again = await post(`/dead-letters/${id}/redrive`).expect(409);
    expect(again.body.code).toBe('already_redriven');
    await worker().drain();
    await get('/events/req-0-r1/trace').expect(200);
  });

  it('sends one back as it is without a body', async () => {
    await post(`/dead-letters/${await letterId()}/redrive`).expect(202);
  });

  it('hides one', async () => {
    const id = await letterId();
    await request(app.getHttpServer()).delete(`/api/v1/dead-letters/${id}`).expect(204);
    await request(app.getHttpServer()).delete(`/api/v1/dead-letters/${id}`).expect(404);
    expect((await get('/dead-letters')).body).toEqual({ items: [], next: null });
  });

  it.each([
    ['text that is no text', { raw: 7 }, 'invalid_field'],
    ['a longer line than is read', { raw: 'x'.repeat(65_537) }, 'invalid_field'],
    ['a field that is not known', { raw: 'x', secret: 1 }, 'invalid_field'],
    ['two lines', { raw: 'a\nb' }, 'invalid_raw'],
    ['a list', [], 'invalid_shape'],
  ])('refuses %s, without repeating it', async (_, body, code) => {
    const answer = await post(`/dead-letters/${await letterId()}/redrive`, body).expect(400);
    expect(answer.body.code).toBe(code);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  it('takes a line of the longest length', async () => {
    await post(`/dead-letters/${await letterId()}/redrive`, { raw: '"'.repeat(65_536) }).expect(202);
  });

  it.each(['0-1-0', '9-1-0', 'x'])('answers 404 for %s', async (id) => {
    await post(`/dead-letters/${id}/redrive`, {}).expect(404);
  });

  it.each(['reason=x', 'stage=x', 'limit=0', 'cursor=x'])('refuses %s', async (query) => {
    await get(`/dead-letters?${query}`).expect(400);
  });
});

describe('POST /explain', () => {
  it('says how a line is read', async () => {
    const { body } = await post('/explain', { dataset: 'auto', line: FAILED_LOGIN }).expect(200);
    expect(body.dataset).toBe('openssh');
    const source = body.fields.find(({ field }: { field: string }) => field === 'source.ip');
    expect(source).toMatchObject({ value: '198.18.0.7', how: 'read', text: '198.18.0.7' });
    expect(FAILED_LOGIN.slice(...source.range)).toBe('198.18.0.7');
  });

  it('says why a line is no event', async () => {
    const { body } = await post('/explain', { dataset: 'openssh', line: 'gibberish' }).expect(200);
    expect(body.rejected.reason).toBe('unrecognised');
  });

  it.each([
    ['without a line', { dataset: 'openssh' }],
    ['of a dataset that is none', { dataset: 'x', line: 'y' }],
    ['with a line that is too long', { dataset: 'openssh', line: 'x'.repeat(65_537) }],
  ])('refuses a request %s', async (_, body) => {
    expect((await post('/explain', body).expect(400)).body.code).toBe('invalid_field');
  });
});

describe('the OpenAPI document', () => {
  it.each([
    ['/api/v1/events', 'get', '200'],
    ['/api/v1/events/{id}/trace', 'get', '200'],
    ['/api/v1/dead-letters', 'get', '200'],
    ['/api/v1/dead-letters/{id}/redrive', 'post', '202'],
    ['/api/v1/explain', 'post', '200'],
  ])('has the form of the answer of %s', async (path, method, status) => {
    const { body } = await request(app.getHttpServer()).get('/docs-json').expect(200);
    const { schema } = body.paths[path][method].responses[status].content['application/json'];
    expect(Object.keys(schema.properties).length).toBeGreaterThan(0);
  });
});
