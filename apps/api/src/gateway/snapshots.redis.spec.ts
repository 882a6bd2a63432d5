import { Value } from '@sinclair/typebox/value';
import {
  LedgerSchema,
  type NormalisedEvent,
  type Pipeline,
  PipelineSchema,
  type Snapshot,
  SnapshotSchema,
  type Timeline,
  TimelineSchema,
} from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import request from 'supertest';
import { until } from '../edge/testing';
import { AlertStore } from '../pipeline/alerts/alert.store';
import { anAlertChange } from '../pipeline/alerts/testing';
import { type RunningGateway, startGateway } from './testing';

const TEN = Date.parse('2026-01-05T10:00:00Z');

let gateway: RunningGateway;
let timelines = 0;

const get = (path: string): request.Test => request(gateway.url).get(`/api/v1${path}`);

/** A login as `user` from `ip`, this many seconds after ten. */
function login(second: number, user: string, over: Partial<NormalisedEvent['event']> = {}): NormalisedEvent {
  return anEvent({
    '@timestamp': new Date(TEN + second * 1_000).toISOString(),
    event: { ...anEvent().event, id: `${user}-${second}-${timelines}`, ...over },
    source: { ip: user === 'root' ? '203.0.113.7' : '203.0.113.9' },
    user: { name: user },
  });
}

/** Sends events to a timeline of their own and waits until it shows them all. */
async function arrived(events: readonly NormalisedEvent[]): Promise<string> {
  const timeline = `case-${++timelines}`;
  await more(timeline, events, events.length);
  return timeline;
}

async function more(timeline: string, events: readonly NormalisedEvent[], total: number): Promise<void> {
  await gateway.arrive(events, timeline);
  await until(async () => {
    const { body } = await get(`/snapshot?window=1h&timeline=${timeline}`);
    return (body as Snapshot).totals.events === total;
  });
}

const pairs = (rows: readonly { key: string; count: number }[]): [string, number][] =>
  rows.map(({ key, count }) => [key, count]);

/** Three failures of root, a success and a page view of ada, within 20 seconds. */
const story = (): NormalisedEvent[] => [
  login(0, 'root'),
  login(1, 'root'),
  login(12, 'root', { severity: 95 }),
  login(13, 'ada', { outcome: 'success', severity: 10 }),
  login(19, 'ada', { category: ['web'], dataset: 'iis' }),
];

describe('a running gateway', () => {
  beforeAll(async () => {
    gateway = await startGateway();
    await until(async () => (await request(gateway.url).get('/health/ready')).status === 200);
  }, 60_000);
  afterAll(() => gateway.app.close());

  describe('GET /snapshot', () => {
    it('counts the events that were sent', async () => {
      const timeline = await arrived(story());
      const { body } = await get(`/snapshot?window=1m&timeline=${timeline}`).expect(200);
      const snapshot = body as Snapshot;
      expect([...Value.Errors(SnapshotSchema, snapshot)]).toEqual([]);
      expect(snapshot).toMatchObject({ timeline, window: '1m', from: TEN - 41_000, to: TEN + 20_000 });
      expect(snapshot.totals).toMatchObject({ events: 5, sources: 2, targets: 1 });
      expect(pairs(snapshot.topUsers)).toEqual([
        ['root', 3],
        ['ada', 2],
      ]);
      expect(pairs(snapshot.topSources)).toEqual([
        ['203.0.113.7', 3],
        ['203.0.113.9', 2],
      ]);
      expect(pairs(snapshot.categories)).toEqual([
        ['authentication', 4],
        ['web', 1],
      ]);
      expect(pairs(snapshot.severities)).toEqual([
        ['medium', 3],
        ['critical', 1],
        ['info', 1],
      ]);
    });

    it.each([
      ['outcome=success', 1],
      ['category=authentication', 4],
      ['dataset=iis', 1],
      ['severity=medium', 3],
      ['severity=medium%2B', 4],
      ['outcome=failure&category=web', 1],
      ['user=ada', 2],
      ['user=ada&outcome=success', 1],
      ['source=203.0.113.7', 3],
      ['target=gate-1', 5],
      ['target=gate-2', 0],
    ])('counts with %s only the events that pass', async (filter, events) => {
      const timeline = await arrived(story());
      const { body } = await get(`/snapshot?window=1m&timeline=${timeline}&${filter}`).expect(200);
      expect((body as Snapshot).totals.events).toBe(events);
    });

    it('says of a filter that windows cannot answer what the kept events cover', async () => {
      const timeline = await arrived(story());
      const { body } = await get(`/snapshot?window=1m&timeline=${timeline}&user=ada`).expect(200);
      expect((body as Snapshot).coverage).toMatchObject({ complete: true });
      expect(pairs((body as Snapshot).topSources)).toEqual([['203.0.113.9', 2]]);
    });

    it('knows from the windows alone that no event has a key', async () => {
      const timeline = await arrived(story());
      const { body } = await get(`/snapshot?window=1m&timeline=${timeline}&target=gate-2`).expect(200);
      const { totals, topSources, coverage } = body as Snapshot;
      expect(totals).toMatchObject({ events: 0, sources: 0, targets: 0 });
      expect(topSources).toEqual([]);
      expect(coverage).toEqual({ from: TEN - 41_000, to: TEN + 20_000, complete: true });
    });

    it('counts an event without a dataset under the same name whatever else is asked for', async () => {
      const { dataset: _, ...event } = anEvent().event;
      const timeline = await arrived([{ ...login(0, 'root'), event: { ...event, id: `bare-${timelines}` } }]);
      const path = `/snapshot?timeline=${timeline}&dataset=watchfloor`;
      expect(((await get(path)).body as Snapshot).totals.events).toBe(1);
      expect(pairs(((await get(`${path}&user=root`)).body as Snapshot).topSources)).toEqual([
        ['203.0.113.7', 1],
      ]);
    });

    it('answers 304 without a body while nothing has changed, and anew afterwards', async () => {
      const timeline = await arrived(story());
      const path = `/snapshot?timeline=${timeline}`;
      const etag = String((await get(path).expect(200)).headers['etag']);
      const unchanged = await get(path).set('if-none-match', etag).expect(304);
      expect(unchanged.text).toBe('');
      await more(timeline, [login(20, 'ada')], 6);
      const changed = await get(path).set('if-none-match', etag).expect(200);
      expect(changed.headers['etag']).not.toBe(etag);
    });

    it('is answered anew when its rates have moved though nothing came', async () => {
      const event = { ...anEvent().event, id: `live-${++timelines}` };
      await gateway.arrive([anEvent({ '@timestamp': new Date().toISOString(), event })]);
      const path = '/snapshot?window=24h';
      await until(async () => {
        const { rates } = (await get(path)).body as Snapshot;
        return rates.bySecond.some((events) => events > 0);
      });
      const { body, headers } = await get(path);
      const { revision } = body as Snapshot;
      await until(async () => {
        const answer = await get(path).set('if-none-match', String(headers['etag']));
        if (answer.status === 304) return false;
        expect(answer.body).toMatchObject({ revision });
        return true;
      });
    });

    it('has another ETag for another filter or window', async () => {
      const timeline = await arrived(story());
      const path = `/snapshot?timeline=${timeline}`;
      const tags = await Promise.all(
        [path, `${path}&user=ada`, `${path}&user=root`, `${path}&window=1h`].map(
          async (one) => (await get(one)).headers['etag'],
        ),
      );
      expect(new Set(tags).size).toBe(4);
    });

    it.each([
      'window=2m',
      'timeline=Case%201',
      'severity=loud',
      'user=a&user=b',
      `source=${'x'.repeat(257)}`,
    ])('refuses %s by its name', async (query) => {
      const { body } = await get(`/snapshot?${query}`).expect(400);
      expect(body).toMatchObject({ code: 'invalid_parameter' });
      expect(body.detail).toContain(query.split('=', 1)[0]);
    });
  });

  describe('GET /timeline', () => {
    const range = 'from=2026-01-05T10:00:00Z&to=2026-01-05T10:00:19Z';

    it('counts per window and category, empty windows included', async () => {
      const timeline = await arrived([...story(), login(40, 'ada')]);
      const path = `/timeline?timeline=${timeline}&step=10s&from=2026-01-05T10:00:00Z&to=2026-01-05T10:00:49Z`;
      const { body } = await get(path).expect(200);
      expect([...Value.Errors(TimelineSchema, body)]).toEqual([]);
      expect((body as Timeline).windows.map(({ start, events }) => [start - TEN, events])).toEqual([
        [0, 2],
        [10_000, 3],
        [20_000, 0],
        [30_000, 0],
        [40_000, 1],
      ]);
      expect((body as Timeline).windows[1]?.byCategory).toEqual({ authentication: 2, web: 1 });
    });

    it('counts with a filter on facets only the events that pass', async () => {
      const timeline = await arrived(story());
      const { body } = await get(`/timeline?timeline=${timeline}&step=10s&${range}&outcome=success`).expect(
        200,
      );
      expect((body as Timeline).windows.map(({ events }) => events)).toEqual([0, 1]);
    });

    it.each([
      ['user=root', [2, 1]],
      ['user=root&outcome=failure', [2, 1]],
      ['source=203.0.113.9', [0, 2]],
      ['target=gate-1', [2, 3]],
      ['target=gate-2', [0, 0]],
      ['source=203.0.113.9&category=web', [0, 1]],
    ])('counts with %s only the events that pass, exactly and from the windows', async (filter, expected) => {
      const timeline = await arrived(story());
      const { body } = await get(`/timeline?timeline=${timeline}&step=10s&${range}&${filter}`).expect(200);
      expect([...Value.Errors(TimelineSchema, body)]).toEqual([]);
      const { windows, coverage } = body as Timeline;
      expect(windows.map(({ events }) => events)).toEqual(expected);
      expect(windows.every(({ exact }) => exact)).toBe(true);
      expect(coverage).toBeUndefined();
    });

    it('answers a filter on several keys from the kept events, and says what they cover', async () => {
      const timeline = await arrived(story());
      const filter = 'user=ada&source=203.0.113.9';
      const { body } = await get(`/timeline?timeline=${timeline}&step=10s&${range}&${filter}`).expect(200);
      expect([...Value.Errors(TimelineSchema, body)]).toEqual([]);
      const { windows, coverage } = body as Timeline;
      expect(windows.map(({ events, byCategory }) => [events, byCategory])).toEqual([
        [0, {}],
        [2, { authentication: 1, web: 1 }],
      ]);
      expect(coverage).toEqual({ from: TEN, to: TEN + 20_000, complete: true });
    });

    it('counts every event once over ranges that follow one another', async () => {
      const timeline = await arrived([...story(), login(60, 'ada'), login(61, 'ada')]);
      const between = (from: string, to: string) =>
        get(`/timeline?timeline=${timeline}&step=1m&from=2026-01-05T${from}Z&to=2026-01-05T${to}Z`);
      const answers = await Promise.all([between('10:00:00', '10:01:00'), between('10:01:00', '10:02:00')]);
      expect(
        answers.map(({ body }) =>
          (body as Timeline).windows.map(({ start, events }) => [start - TEN, events]),
        ),
      ).toEqual([[[0, 5]], [[60_000, 2]]]);
    });

    it('ends with the open window when it is not said where to end', async () => {
      const timeline = await arrived([login(0, 'root'), login(60, 'ada')]);
      const { body } = await get(`/timeline?timeline=${timeline}&step=1m`).expect(200);
      expect(body).toMatchObject({ to: TEN + 120_000 });
      expect((body as Timeline).windows.at(-1)).toMatchObject({ start: TEN + 60_000, events: 1 });
    });

    it('refuses windows that are no longer kept at that step', async () => {
      const timeline = await arrived(story());
      const path = `/timeline?timeline=${timeline}&from=2026-01-05T09:00:00Z&to=2026-01-05T09:30:00Z`;
      expect((await get(`${path}&step=1s`)).body).toMatchObject({ code: 'step_not_retained' });
      await get(`${path}&step=10s`).expect(200);
    });

    it.each([
      ['a step that is none', 'step=5s'],
      ['a time that is none', 'from=yesterday'],
      ['an end before its beginning', 'from=2026-01-05T10:00:19Z&to=2026-01-05T10:00:00Z'],
      ['a filter that is none', 'severity=loud'],
    ])('refuses %s', async (_, query) => {
      const timeline = await arrived(story());
      const { body } = await get(`/timeline?timeline=${timeline}&${query}`).expect(400);
      expect(body.code).toBe('invalid_parameter');
    });
  });

  describe('what the pipeline says of itself', () => {
    it('is a ledger that balances and has every event', async () => {
      const before = (await get('/ledger').expect(200)).body;
      await arrived(story());
      const { body } = await get('/ledger').expect(200);
      expect([...Value.Errors(LedgerSchema, body)]).toEqual([]);
      expect(body).toMatchObject({ balanced: true, inFlight: 0, aggregated: before.aggregated + 5 });
      expect(body.edge.accepted).toBe(before.edge.accepted + 5);
    });

    it('is a pipeline of the published form, stages in order', async () => {
      const { body } = await get('/pipeline').expect(200);
      expect([...Value.Errors(PipelineSchema, body)]).toEqual([]);
      expect(body.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
        'ingest',
        'processing',
        'aggregation',
      ]);
      expect(body.partitions).toBe(2);
    });

    it('tells event time and late events of each timeline apart', async () => {
      const timeline = await arrived([login(120, 'root')]);
      const before = (await get('/pipeline')).body as Pipeline;
      await more(timeline, [login(0, 'root'), login(1, 'root')], 3);
      const rows = async () => ((await get('/pipeline')).body as Pipeline).timelines ?? [];
      await until(async () => (await rows()).some(({ name, late }) => name === timeline && late === 2));
      expect((await rows())[0]?.name).toBe('live');
      expect((await rows()).find(({ name }) => name === timeline)).toEqual({
        name: timeline,
        watermark: TEN + 115_000,
        watermarkLagMs: 5_000,
        late: 2,
      });
      const liveLate = (await rows())[0]?.late;
      expect(liveLate).toBe(before.timelines?.[0]?.late);
    });

    it('is a scrape with the names that alerts are built on', async () => {
      await arrived(story());
      const { aggregated } = (await get('/ledger')).body;
      const raised = ['one', 'two'].map((id) => anAlertChange('raised', { id }));
      await gateway.app.get(AlertStore).apply(1, 'live', raised, { now: Date.now() });
      const { text, headers } = await request(gateway.url).get('/metrics').expect(200);
      expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(text).toContain(`watchfloor_edge_events_accepted_total ${aggregated}\n`);
      expect(text).toContain(`watchfloor_stage_events_sent_total{stage="aggregation"} ${aggregated}\n`);
      expect(text).toContain('watchfloor_ledger_balanced 1\n');
      expect(text).toContain('watchfloor_events_in_flight 0\n');
      expect(text).toContain('watchfloor_alerts_kept{status="open"} 2\n');
      expect(text).toContain('watchfloor_alerts_raised_total{severity="high"} 2\n');
      for (const name of [
        'edge_events_received_total',
        'edge_events_duplicate_total',
        'stage_lag_events',
        'stage_lag_seconds',
        'stage_pending_orders',
        'events_late_total',
        'live_clients',
        'live_frames_skipped_total',
      ]) {
        expect(text).toMatch(new RegExp(`^watchfloor_${name}(\\{[^}]*\\})? \\d`, 'm'));
      }
    });

    it('is ready once the stored state has been read', async () => {
      const { body } = await request(gateway.url).get('/health/ready').expect(200);
      expect(body).toMatchObject({ status: 'ok', redis: 'ok', partitions: 2, roles: ['gateway'] });
      await request(gateway.url).get('/health/live').expect(200, { status: 'ok' });
    });
  });
});
