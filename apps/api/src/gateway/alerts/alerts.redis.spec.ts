import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Value } from '@sinclair/typebox/value';
import { type Alert, type AlertList, AlertListSchema, RuleListSchema } from '@watchfloor/contracts';
import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import request from 'supertest';
import { readConfig } from '../../config';
import { ConfigModule } from '../../config.module';
import { serveApiDocs } from '../../http/api-docs.lifecycle';
import { createHttpApplication } from '../../http/http-application.lifecycle';
import { AlertStore } from '../../pipeline/alerts/alert.store';
import { aCourse, anAlertChange } from '../../pipeline/alerts/testing';
import { CLOCK } from '../../pipeline/stores.module';
import { KEYSPACE, PIPELINE_REDIS, RedisModule } from '../../redis.module';
import type { StixBundle } from './alert-stix';
import { AlertsController } from './alerts.controller';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import { RulesController } from './rules.controller';
import { readCsv } from './testing';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const ID = 'ssh-brute-force-1';

const provided = [
  { provide: CLOCK, useValue: () => NOW },
  {
    provide: AlertStore,
    inject: [PIPELINE_REDIS, KEYSPACE],
    useFactory: (redis: RedisConnection, keys: Keyspace) => new AlertStore(redis, keys),
  },
];

@Global()
@Module({ providers: provided, exports: provided.map(({ provide }) => provide) })
class TestStores {}

let app: NestFastifyApplication;
let alerts: AlertStore;

beforeAll(async () => {
  const config = readConfig({ REDIS_URL: await testRedisUrl(), KEY_PREFIX: freshPrefix(), PARTITIONS: '3' });
  @Module({
    imports: [ConfigModule.with(config), RedisModule, TestStores],
    controllers: [AlertsController, RulesController],
    providers: [{ provide: RuleFiles, useFactory: () => new RuleFiles(undefined) }],
  })
  class TestRoot {}
  app = await createHttpApplication(TestRoot, { logger: ['error', 'fatal'] });
  serveApiDocs(app, '0.0.0');
  await app.listen(0, '127.0.0.1');
  alerts = app.get(AlertStore);
});
beforeEach(() => Promise.all(['live', 'case-1'].map((timeline) => alerts.forget(timeline))));
afterAll(() => app.close());

const get = (path: string): request.Test => request(app.getHttpServer()).get(`/api/v1${path}`);
const patch = (body: unknown, ifMatch?: string, id = ID): request.Test => {
  const asked = request(app.getHttpServer()).patch(`/api/v1/alerts/${id}`);
  if (ifMatch !== undefined) void asked.set('if-match', ifMatch);
  return asked.send(body as object);
};

const raise = (over: Partial<Alert>, partition = 0, timeline = 'live'): Promise<number> =>
  alerts.apply(partition, timeline, [anAlertChange('raised', over)], { now: NOW });

const idsOf = async (query: string): Promise<string[]> => {
  const { body } = await get(`/alerts?${query}`).expect(200);
  return (body as AlertList).items.map(({ id }) => id).sort();
};

describe('GET /alerts', () => {
  it('answers alerts of the published form, in pages that hold each once', async () => {
    for (let i = 0; i < 7; i++) await raise({ id: `a-${i}` }, i % 3);
    const found: string[] = [];
    let next: string | null = '';
    for (let page = 0; next !== null; page++) {
      const { body } = await get(`/alerts?limit=3${next === '' ? '' : `&cursor=${next}`}`).expect(200);
      expect([...Value.Errors(AlertListSchema, body)]).toEqual([]);
      const list = body as AlertList;
      found.push(...list.items.map(({ id }) => id));
      next = list.next;
      expect(page).toBeLessThan(3);
    }
    expect(found.sort()).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6']);
  });

  it('answers an empty list before the first alert', async () => {
    expect((await get('/alerts').expect(200)).body).toEqual({ items: [], next: null });
  });

  it('lets every filter choose', async () => {
    await raise({ id: 'a', severity: 'high', rule: 'one', source: ['203.0.113.1'] });
    await raise({ id: 'b', severity: 'critical', rule: 'two', target: ['gate-9'], technique: ['T1190'] }, 1);
    await raise({ id: 'c', severity: 'low', firstSeen: '2026-01-05T09:00:00.000Z' }, 2);
    await raise({ id: 'd' }, 1, 'case-1');
    await patch({ status: 'acknowledged' }, '"1"', 'b').expect(200);
    expect(await idsOf('severity=high')).toEqual(['a']);
    expect(await idsOf('severity=high%2B')).toEqual(['a', 'b']);
    expect(await idsOf('severity=high+')).toEqual(['a', 'b']);
    expect(await idsOf('severity=low,critical')).toEqual(['b', 'c']);
    expect(await idsOf('severity=low,high%2B')).toEqual(['a', 'b', 'c']);
    expect(await idsOf('status=acknowledged')).toEqual(['b']);
    expect(await idsOf('status=open,acknowledged')).toEqual(['a', 'b', 'c']);
    expect(await idsOf('status=closed,acknowledged')).toEqual(['b']);
    expect(await idsOf('rule=one')).toEqual(['a']);
    expect(await idsOf('technique=t1110')).toEqual(['a', 'c']);
    expect(await idsOf('technique=T1110.001')).toEqual(['a', 'c']);
    expect(await idsOf('technique=T1110.00')).toEqual([]);
    expect(await idsOf('source=203.0.113.1')).toEqual(['a']);
    expect(await idsOf('target=gate-9')).toEqual(['b']);
    expect(await idsOf('since=2026-01-05T09:30:00Z')).toEqual(['a', 'b']);
    expect(await idsOf('until=2026-01-05T10:00:00Z')).toEqual(['c']);
    expect(await idsOf('timeline=case-1')).toEqual(['d']);
  });

  it.each([
    'status=shut',
    'status=open,shut',
    'severity=loud',
    'severity=low,,high',
    'severity=high&severity=low',
    'rule=a&rule=b',
    'since=yesterday',
    'until=1969-12-31T23:59:59Z',
    'limit=501',
    'cursor=nowhere',
    'format=xml',
    'timeline=No',
  ])('refuses %s', async (query) => {
    const { body } = await get(`/alerts?${query}`).expect(400);
    expect(body).toMatchObject({ status: 400, code: 'invalid_parameter' });
  });
});

describe('a filter of other reads that alerts cannot answer', () => {
  it.each(['country', 'category', 'outcome', 'dataset', 'action', 'user'])(
    'is refused by its name and not passed over: %s',
    async (name) => {
      for (const format of ['json', 'csv', 'stix']) {
        const { body } = await get(`/alerts?${name}=x&format=${format}`).expect(400);
        expect(body).toMatchObject({
          code: 'invalid_parameter',
          detail: expect.stringMatching(`^${name} `) as string,
        });
      }
    },
  );

  it('is passed over while it is empty, as is a name that no read knows', async () => {
    await raise({ id: 'a' });
    expect(await idsOf('user=&colour=red')).toEqual(['a']);
  });
});

describe('an export of alerts', () => {
  it.each([
    ['asked for by name', '?format=csv', 'application/json'],
    ['accepted', '', 'text/csv, application/json;q=0.5'],
  ])('is CSV to save under a name when it is %s', async (_, query, accept) => {
    await raise({ id: 'a', reason: '=cmd()' });
    const answer = await get(`/alerts${query}`).set('accept', accept).expect(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="watchfloor-alerts-live.csv"');
    const [header = [], record = []] = readCsv(answer.text);
    expect(record[header.indexOf('id')]).toBe('a');
    expect(record[header.indexOf('reason')]).toBe("'=cmd()");
  });

  it.each([
    ['asked for by name', '?format=stix', '*/*'],
    ['accepted', '', 'application/stix+json;version=2.1'],
  ])('is a STIX bundle when it is %s', async (_, query, accept) => {
    await raise({ id: 'a' });
    const answer = await get(`/alerts${query}`).set('accept', accept).responseType('blob').expect(200);
    expect(answer.headers['content-type']).toBe('application/stix+json;version=2.1');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="watchfloor-alerts-live.json"');
    const bundle = JSON.parse(String(answer.body)) as StixBundle;
    expect(bundle.objects.map(({ type }) => type)).toContain('sighting');
  });

  it('has indicators only of rules that there are, as STIX', async () => {
    await raise({ id: 'a', source: ['1.1.1.1'] });
    await raise({ id: 'b', source: ['1.0.0.1'], rule: 'removed-rule' });
    await raise({ id: 'c', source: ['10.0.0.5'], target: ['9.9.9.9'], rule: 'beaconing' }, 1);
    const answer = await get('/alerts?format=stix').responseType('blob').expect(200);
    const { objects } = JSON.parse(String(answer.body)) as StixBundle;
    const patterns = objects.filter(({ type }) => type === 'indicator').map(({ pattern }) => pattern);
    expect(patterns.sort()).toEqual(["[ipv4-addr:value = '1.1.1.1']", "[ipv4-addr:value = '9.9.9.9']"]);
  });

  it('names the part that follows in its Link, and no part behind the last', async () => {
    for (const id of ['a', 'b', 'c']) await raise({ id });
    const first = await get('/alerts?format=csv&limit=2&rule=ssh-brute-force').expect(200);
    const [, following = ''] = /^<\?(.*)>; rel="next"$/.exec(String(first.headers['link'])) ?? [];
    const second = await get(`/alerts?${following}`).expect(200);
    expect(second.headers['link']).toBeUndefined();
    const ids = [first, second].flatMap(({ text: csv }) => readCsv(csv).slice(1)).map(([id]) => id);
    expect(ids.sort()).toEqual(['a', 'b', 'c']);
  });

  it('is left out for a browser that accepts anything', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const answer = await get('/alerts').set('accept', accept).expect(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });
});

describe('GET /alerts/{id}', () => {
  it('answers the alert with its version as ETag, whatever its timeline', async () => {
    await raise({ id: ID }, 2, 'case-1');
    const answer = await get(`/alerts/${ID}`).expect(200);
    expect(answer.headers['etag']).toBe('"1"');
    expect(answer.body).toEqual(await alerts.get(ID));
  });

  it('answers 404 for an alert that is not kept', async () => {
    expect((await get('/alerts/nothing').expect(404)).body).toMatchObject({ code: 'not_found' });
  });
});

describe('PATCH /alerts/{id}', () => {
  beforeEach(() => raise({ id: ID }));

  it('changes the handling and answers the new alert with its ETag', async () => {
    const answer = await patch({ status: 'acknowledged', assignee: ' ada ', note: 'looks real' }, '"1"');
    expect(answer.status).toBe(200);
    expect(answer.headers['etag']).toBe('"2"');
    expect(answer.body).toEqual(await alerts.get(ID));
    expect(answer.body).toMatchObject({
      version: 2,
      status: 'acknowledged',
      assignee: 'ada',
      notes: [
        {
          at: new Date(NOW).toISOString(),
          by: 'analyst',
          text: 'looks real',
          status: 'acknowledged',
          assignee: 'ada',
        },
      ],
    });
  });

  it.each([
    ['acknowledged', 'closed'],
    ['closed', 'open'],
    ['acknowledged', 'open'],
    ['closed', 'acknowledged'],
  ])('goes from %s to %s', async (from, to) => {
    await patch({ status: from }, '"1"').expect(200);
    const { body } = await patch({ status: to }, '"2"').expect(200);
    expect(body).toMatchObject({ status: to, version: 3 });
  });

  it('takes the version as it stands in the alert for the ETag that it is', async () => {
    const { body } = await patch({ note: 'seen' }, '1').expect(200);
    expect(body).toMatchObject({ version: 2 });
    await patch({ note: 'again' }, '1').expect(412);
  });

  it('takes the alert from whoever has it with null', async () => {
    await patch({ assignee: 'ada' }, '"1"').expect(200);
    const { body } = await patch({ assignee: null, by: 'grace' }, '"2"').expect(200);
    expect(body).toMatchObject({ assignee: null });
    expect((body as Alert).notes.at(-1)).toMatchObject({ by: 'grace', assignee: null });
  });

  it('makes no version of a step that changes nothing', async () => {
    const { body } = await patch({ status: 'open' }, '"1"').expect(200);
    expect(body).toMatchObject({ version: 1, notes: [] });
  });

  it('lets one of two at the same time through and refuses the other', async () => {
    for (let version = 1; version <= 10; version++) {
      const answers = await Promise.all(
        ['ada', 'grace'].map((by) => patch({ note: `by ${by}`, by }, `"${version}"`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    }
    expect((await alerts.get(ID))?.notes).toHaveLength(10);
  });

  it('is refused with the present version when the named one is stale', async () => {
    await patch({ note: 'first' }, '"1"').expect(200);
    const answer = await patch({ note: 'second' }, '"1"').expect(412);
    expect(answer.headers['etag']).toBe('"2"');
    expect(answer.body).toMatchObject({
      code: 'precondition_failed',
      detail: 'the present version is 2',
    });
    expect((await alerts.get(ID))?.version).toBe(2);
  });

  it('stays good when detection says more of the alert in between', async () => {
    await alerts.apply(0, 'live', [anAlertChange('updated', { id: ID, events: 99 })], { now: NOW });
    const { body } = await patch({ status: 'closed' }, '"1"').expect(200);
    expect(body).toMatchObject({ events: 99, status: 'closed' });
  });

  it('is refused when the alert ended and was closed in between', async () => {
    await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW });
    await patch({ status: 'acknowledged' }, '"1"').expect(412);
  });

  it.each(['*', '"7", "1"'])('takes If-Match: %s', async (ifMatch) => {
    await patch({ note: 'x' }, ifMatch).expect(200);
  });

  it.each(['W/"1"', '"one"', '"01x"'])('matches nothing with If-Match: %s', async (ifMatch) => {
    await patch({ note: 'x' }, ifMatch).expect(412);
  });

  it('needs If-Match', async () => {
    const { body } = await patch({ note: 'x' }).expect(428);
    expect(body).toMatchObject({ code: 'precondition_required' });
  });

  it('refuses an If-Match that is no entity tag', async () => {
    await patch({ note: 'x' }, 'one').expect(400);
  });

  it('answers 404 for an alert that is not kept', async () => {
    await patch({ note: 'x' }, '"1"', 'nothing').expect(404);
  });

  it.each([
    ['an empty body', {}],
    ['a status that is none', { status: 'shut' }],
    ['a status of null', { status: null }],
    ['a list of assignees', { assignee: ['ada'] }],
    ['an empty assignee', { assignee: ' ' }],
    ['an assignee of two lines', { assignee: 'ada\ngrace' }],
    ['an assignee above 64 characters', { assignee: 'x'.repeat(65) }],
    ['a note with control characters', { note: 'a\u0000b' }],
    ['a note that turns its text around', { note: 'a\u202eb' }],
    ['a note above 2 000 characters', { note: 'x'.repeat(2_001) }],
    ['a note of null', { note: null }],
    ['the name of the pipeline itself', { note: 'x', by: 'Watchfloor ' }],
    ['only a name', { by: 'ada' }],
    ['an unknown field', { note: 'x', version: 7 }],
  ])('refuses %s and changes nothing', async (_, body) => {
    const answer = await patch(body, '"1"').expect(400);
    expect(answer.body).toMatchObject({ code: 'invalid_field' });
    expect(await alerts.get(ID)).toMatchObject({ version: 1, status: 'open', notes: [] });
  });

  it('refuses a body that is no object', async () => {
    expect((await patch([{ note: 'x' }], '"1"').expect(400)).body).toMatchObject({ code: 'invalid_shape' });
  });

  it('takes a note of several lines', async () => {
    const { body } = await patch({ note: 'one\r\ntwo\n\tthree' }, '"1"').expect(200);
    expect((body as Alert).notes[0]?.text).toBe('one\ntwo\n\tthree');
  });
});

describe('GET /rules', () => {
  it('answers what the rules look for and when they are wrong', async () => {
    const { body } = await get('/rules').expect(200);
    expect([...Value.Errors(RuleListSchema, body)]).toEqual([]);
    const { items } = body as { items: { id: string; technique: string[]; falsePositives: string[] }[] };
    expect(items.length).toBeGreaterThan(10);
    expect(items.every(({ technique, falsePositives }) => technique.length * falsePositives.length > 0)).toBe(
      true,
    );
  });
});

describe('the interface document', () => {
  it('has every route of alerts', async () => {
    const { body } = await request(app.getHttpServer()).get('/docs-json').expect(200);
    const { paths } = body as { paths: Record<string, Record<string, { responses: object }>> };
    expect(Object.keys(paths).sort()).toEqual(['/api/v1/alerts', '/api/v1/alerts/{id}', '/api/v1/rules']);
    expect(Object.keys(paths['/api/v1/alerts/{id}']?.['patch']?.responses ?? {}).sort()).toEqual([
      '200',
      '400',
      '404',
      '412',
      '428',
    ]);
  });
});
