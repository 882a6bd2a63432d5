import { AlertSchema, type DetectedAlert } from '@watchfloor/contracts';
import { Value } from '@sinclair/typebox/value';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import fc from 'fast-check';
import { AlertStore } from './alert.store';
import { aCourse, anAlertChange } from './testing';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const PARTITIONS = 3;
const ID = 'ssh-brute-force-1';
const step = { by: 'ada', now: NOW + 1_000 };

let redis: RedisConnection;
let keys: Keyspace;
let alerts: AlertStore;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
  alerts = new AlertStore(redis, keys);
});

const raise = (id: string, partition = 0, timeline = 'live', now = NOW): Promise<number> =>
  alerts.apply(partition, timeline, [anAlertChange('raised', { id })], { now });

/** Ids of a timeline's alerts, page by page. */
async function listed(timeline = 'live', limit = 100): Promise<string[][]> {
  const pages: string[][] = [];
  let page = await alerts.list({ timeline, limit });
  pages.push(page.items.map(({ id }) => id));
  while (page.next) {
    page = await alerts.list({ timeline, limit, from: page.next });
    pages.push(page.items.map(({ id }) => id));
  }
  return pages;
}

describe('an alert that detection raises', () => {
  it('is open, of version 1 and in nobody’s hands', async () => {
    expect(await raise(ID, 1)).toBe(1);
    const alert = await alerts.get(ID);
    expect(alert).toEqual({
      ...anAlertChange('raised', { id: ID }).alert,
      timeline: 'live',
      raisedAt: new Date(NOW).toISOString(),
      changedAt: new Date(NOW).toISOString(),
      ended: false,
      version: 1,
      status: 'open',
      assignee: null,
      notes: [],
    });
    expect([...Value.Errors(AlertSchema, alert)]).toEqual([]);
  });

  it('takes what detection says later, and no older word after that', async () => {
    const [raised, first, second] = aCourse(ID, 2);
    await alerts.apply(
      0,
      'live',
      [raised, first, second].flatMap((one) => one ?? []),
      { now: NOW },
    );
    expect(await alerts.get(ID)).toMatchObject({ events: 12, version: 1 });
    expect(await alerts.apply(0, 'live', first ? [first] : [], { now: NOW + 9 })).toBe(0);
    expect(await alerts.get(ID)).toMatchObject({ events: 12, raisedAt: new Date(NOW).toISOString() });
  });

  it('is closed by the pipeline when it ends while nobody has taken it', async () => {
    await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW });
    const alert = await alerts.get(ID);
    expect(alert).toMatchObject({ ended: true, status: 'closed', version: 2, events: 9 });
    expect(alert?.notes).toEqual([
      expect.objectContaining({ by: 'watchfloor', status: 'closed', at: new Date(NOW).toISOString() }),
    ]);
  });

  it('stays with whoever acknowledged it when it ends', async () => {
    await raise(ID);
    await alerts.patch(ID, 1, { status: 'acknowledged', assignee: 'ada' }, step);
    await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW });
    expect(await alerts.get(ID)).toMatchObject({
      ended: true,
      status: 'acknowledged',
      assignee: 'ada',
      version: 2,
      events: 9,
    });
  });

  it('stays ended although more of it is told after its end', async () => {
    await alerts.apply(0, 'live', aCourse(ID, 0), { now: NOW });
    await alerts.apply(0, 'live', [anAlertChange('updated', { id: ID, events: 70 })], { now: NOW });
    expect(await alerts.get(ID)).toMatchObject({ events: 70, ended: true, status: 'closed' });
  });

  it('is not closed again by a repeated end after somebody opened it', async () => {
    await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW });
    await alerts.patch(ID, 2, { status: 'open' }, step);
    expect(await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW })).toBe(0);
    expect(await alerts.get(ID)).toMatchObject({ status: 'open', version: 3 });
  });

  it('ends the same whatever changes came, in whatever order and however often', async () => {
    const changes = aCourse(ID, 4);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: changes.length }),
        fc.array(fc.nat(changes.length - 1), { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (length, repeats, order) => {
          const prefix = changes.slice(0, length);
          const again = repeats.flatMap((i) => prefix[i] ?? []);
          const ranks = order.take(prefix.length + again.length);
          const shuffled = [...prefix, ...again]
            .map((change) => ({ change, rank: Number(ranks.next().value) }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ change }) => change);
          const [inOrder, anyOrder] = [0, 1].map(() => new AlertStore(redis, new Keyspace(freshPrefix(), 1)));
          await inOrder?.apply(0, 'live', prefix, { now: NOW });
          for (const change of shuffled) await anyOrder?.apply(0, 'live', [change], { now: NOW });
          expect(await anyOrder?.get(ID)).toEqual(await inOrder?.get(ID));
          expect(await anyOrder?.figures()).toEqual(await inOrder?.figures());
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('handling an alert', () => {
  it('makes a new version and notes who did what', async () => {
    await raise(ID);
    const outcome = await alerts.patch(ID, 1, { status: 'acknowledged', note: 'is ours' }, step);
    expect(outcome).toMatchObject({ outcome: 'OK', alert: { version: 2, status: 'acknowledged' } });
    expect((await alerts.get(ID))?.notes).toEqual([
      { at: new Date(step.now).toISOString(), by: 'ada', text: 'is ours', status: 'acknowledged' },
    ]);
  });

  it('is refused on a version that is not the present one', async () => {
    await raise(ID);
    await alerts.patch(ID, 1, { status: 'acknowledged' }, step);
    expect(await alerts.patch(ID, 1, { status: 'closed' }, step)).toEqual({ outcome: 'STALE', version: 2 });
    expect(await alerts.get(ID)).toMatchObject({ status: 'acknowledged', version: 2 });
  });

  it('succeeds once when many take the same version at the same time', async () => {
    await raise(ID);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, i) => alerts.patch(ID, 1, { note: `note ${i}` }, step)),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'OK')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'STALE')).toHaveLength(7);
    expect((await alerts.get(ID))?.notes).toHaveLength(1);
  });

  it('is kept when detection says more of the alert', async () => {
    await raise(ID);
    await alerts.patch(ID, 1, { assignee: 'ada', note: 'line one\nline two' }, step);
    await alerts.apply(0, 'live', [anAlertChange('updated', { id: ID, events: 40 })], { now: NOW });
    expect(await alerts.get(ID)).toMatchObject({
      events: 40,
      assignee: 'ada',
      version: 2,
      notes: [{ text: 'line one\nline two', assignee: 'ada' }],
    });
  });

  it('is gone for an alert that is not kept', async () => {
    expect(await alerts.patch('nothing', 1, { note: 'x' }, step)).toEqual({ outcome: 'GONE' });
  });
});

describe('the list of alerts', () => {
  it('has each alert of the timeline once, the one raised last first, in pages', async () => {
    for (let i = 0; i < 7; i++) await raise(`a-${i}`, i % PARTITIONS, 'live', NOW + Math.floor(i / 2));
    for (const timeline of ['case-1', 'live-2', 'liv']) await raise(`other-${timeline}`, 1, timeline);
    expect(await listed('live', 3)).toEqual([['a-6', 'a-4', 'a-5'], ['a-2', 'a-3', 'a-0'], ['a-1']]);
    for (const timeline of ['case-1', 'live-2', 'liv'])
      expect(await listed(timeline)).toEqual([[`other-${timeline}`]]);
  });

  it('holds what passes the filter', async () => {
    await raise('a-1', 0);
    await raise('a-2', 1);
    await alerts.patch('a-2', 1, { status: 'acknowledged' }, step);
    const { items } = await alerts.list({ timeline: 'live', limit: 9, status: ['acknowledged'] });
    expect(items.map(({ id }) => id)).toEqual(['a-2']);
  });

  it('goes on where it was although more were raised meanwhile', async () => {
    for (let i = 0; i < 4; i++) await raise(`a-${i}`, 0, 'live', NOW + i);
    const first = await alerts.list({ timeline: 'live', limit: 2 });
    await raise('later', 1, 'live', NOW + 9);
    const rest = await alerts.list({ timeline: 'live', limit: 9, from: first.next });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(['a-3', 'a-2', 'a-1', 'a-0']);
  });

  it('is empty before the first alert', async () => {
    expect(await listed()).toEqual([[]]);
  });
});

describe('alerts above the number that is kept', () => {
  beforeEach(() => {
    alerts = new AlertStore(redis, keys, 3);
  });

  it('go, those first that ended and are closed', async () => {
    await raise('open-1', 0, 'live', NOW);
    await alerts.apply(0, 'live', aCourse('ended-1', 0), { now: NOW + 1 });
    await alerts.apply(0, 'live', aCourse('ended-2', 0), { now: NOW + 2 });
    await raise('open-2', 0, 'live', NOW + 3);
    expect((await listed()).flat().sort()).toEqual(['ended-2', 'open-1', 'open-2']);
    await raise('open-3', 0, 'live', NOW + 4);
    await raise('open-4', 0, 'live', NOW + 5);
    expect((await listed()).flat().sort()).toEqual(['open-2', 'open-3', 'open-4']);
    expect(await alerts.figures()).toMatchObject({
      raised: 6,
      raisedBySeverity: { high: 6 },
      byStatus: { open: 3, acknowledged: 0, closed: 0 },
    });
  });

  it.each<[string, string, string, Partial<DetectedAlert>, Partial<DetectedAlert>]>([
    ['of another timeline before one of the live one', 'case-1', 'live', { severity: 'critical' }, {}],
    [
      'that is less severe before one that is worse',
      'live',
      'live',
      { severity: 'low' },
      { severity: 'high' },
    ],
  ])('go, of those that go on one %s', async (_, first, second, leaves, stays) => {
    alerts = new AlertStore(redis, keys, 1);
    await alerts.apply(0, second, [anAlertChange('raised', { id: 'stays', ...stays })], { now: NOW });
    await alerts.apply(0, first, [anAlertChange('raised', { id: 'leaves', ...leaves })], { now: NOW + 9 });
    expect(await alerts.get('leaves')).toBeUndefined();
    expect(await alerts.get('stays')).toBeDefined();
  });

  it('go when they ended before those that go on, although somebody has them', async () => {
    alerts = new AlertStore(redis, keys, 2);
    await raise('goes-on', 0, 'case-1', NOW);
    await raise('ended', 0, 'live', NOW + 1);
    await alerts.patch('ended', 1, { status: 'acknowledged' }, step);
    await alerts.apply(0, 'live', [anAlertChange('closed', { id: 'ended', severity: 'critical' })], {
      now: NOW + 2,
    });
    await raise('later', 0, 'live', NOW + 3);
    expect(await alerts.get('ended')).toBeUndefined();
    expect(await alerts.get('goes-on')).toBeDefined();
  });

  it('leave nothing behind', async () => {
    for (let i = 0; i < 9; i++) await alerts.apply(0, 'live', aCourse(`a-${i}`, 0), { now: NOW + i });
    expect(await redis.hlen(keys.of(0, 'alerts:detected'))).toBe(3);
    expect(await redis.hlen(keys.of(0, 'alerts:handling'))).toBe(3);
    expect(await redis.zcard(keys.of(0, 'alerts:index'))).toBe(3);
    expect(await redis.zcard(keys.of(0, 'alerts:leaving'))).toBe(3);
  });
});

describe('forgetting a timeline', () => {
  it('takes its alerts and no others', async () => {
    for (const partition of [0, 1, 2]) {
      await raise(`live-${partition}`, partition);
      await raise(`old-${partition}`, partition, 'old-case');
    }
    await alerts.forget('old-case');
    expect(await listed('old-case')).toEqual([[]]);
    expect((await listed()).flat()).toHaveLength(3);
    expect(await alerts.get('old-1')).toBeUndefined();
    expect(await alerts.figures()).toMatchObject({ raised: 6, byStatus: { open: 3 } });
  });
});

describe('the log of changes', () => {
  it('names every change that had an effect, without a gap in its numbers', async () => {
    await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW });
    await alerts.apply(0, 'live', aCourse(ID, 1), { now: NOW });
    await alerts.patch(ID, 2, { note: 'x' }, step);
    const log = await alerts.changesAfter(0, '0-0', 100);
    expect(log.map(({ number, id, timeline }) => [number, id, timeline])).toEqual(
      [1, 2, 3, 4].map((number) => [number, ID, 'live']),
    );
    expect(await alerts.lastChange(0)).toEqual(log.at(-1));
  });
});
