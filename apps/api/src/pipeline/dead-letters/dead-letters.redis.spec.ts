import type { DeadLetterRow, NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { decodeBatch } from '../batch-codec';
import type { Locate } from '../processing/address-place';
import { appendRaw, TestWorker } from '../testing';
import { bodiesOf, EDGE_LIMITS, STREAMS } from '../topology';
import { type DeadLetterQuery, DeadLettersStore } from './dead-letters.store';
import { appendLines } from './testing';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const PARTITIONS = 4;
const FAILED_LOGIN =
  'Jan  5 10:00:00 gate-1 sshd[411]: Failed password for root from 198.18.0.7 port 50022 ssh2';

let redis: RedisConnection;
let keys: Keyspace;
let letters: DeadLettersStore;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
  letters = new DeadLettersStore(redis, keys, () => NOW);
});

const worker = (locate?: Locate): TestWorker =>
  new TestWorker(redis, keys, { now: () => NOW, ...(locate ? { locate } : {}) });

async function listed(over: Partial<DeadLetterQuery> = {}): Promise<readonly DeadLetterRow[]> {
  return (await letters.list({ timeline: 'live', limit: 100, ...over })).items;
}

async function onlyLetter(over: Partial<DeadLetterQuery> = {}): Promise<DeadLetterRow> {
  const [letter, ...more] = await listed(over);
  if (letter === undefined || more.length > 0) throw new Error('not one dead letter');
  return letter;
}

/** Drains order by order; the ledger closes before and after each. */
async function drainBalanced(running: TestWorker): Promise<void> {
  for (;;) {
    expect((await running.ledger.read()).ledger.balanced).toBe(true);
    const [order] = await running.due();
    if (order === undefined) return;
    await running.take(order);
  }
}

async function counted(
  running: TestWorker,
): Promise<{ aggregated: number; deadLettered: number; inFlight: number }> {
  const { aggregated, deadLettered, inFlight, balanced } = (await running.ledger.read()).ledger;
  expect(balanced).toBe(true);
  return { aggregated, deadLettered, inFlight };
}

async function keyedEvents(): Promise<NormalisedEvent[]> {
  const events: NormalisedEvent[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const bodies = await redis.hgetallBuffer(keys.of(partition, bodiesOf(STREAMS.keyed)));
    for (const body of Object.values(bodies)) if (body.length > 0) events.push(...decodeBatch(body).events);
  }
  return events;
}

describe('a line that ingest rejected', () => {
  beforeEach(async () => {
    await appendLines(redis, keys, { partition: 2, lines: [FAILED_LOGIN, 'Jan  5 gibberish'], at: NOW });
    await worker().drain();
  });

  it('is listed with its reason and text', async () => {
    expect(await onlyLetter()).toMatchObject({
      stage: 'ingest',
      reason: 'unrecognised',
      raw: 'Jan  5 gibberish',
      dataset: 'openssh',
      timeline: 'live',
      eventId: 'req-1',
      state: 'dead',
      received: new Date(NOW).toISOString(),
    });
  });

  it('goes back corrected and is counted, under an id derived from the old one', async () => {
    const { id } = await onlyLetter();
    const running = worker();
    expect(await letters.redrive(id, FAILED_LOGIN.replace('root', 'admin'))).toEqual({
      redriven: { stage: 'ingest', eventId: 'req-1-r1' },
    });
    expect(await counted(running)).toEqual({ aggregated: 1, deadLettered: 0, inFlight: 1 });

    await drainBalanced(running);

    expect(await counted(running)).toEqual({ aggregated: 2, deadLettered: 0, inFlight: 0 });
    expect(await onlyLetter()).toMatchObject({ state: 'redriven', redrivenAs: 'req-1-r1' });
    const event = (await keyedEvents()).find((one) => one.event.id === 'req-1-r1');
    expect(event?.user?.name).toBe('admin');
  });

  it('becomes another dead letter when it fails again, and can go back again', async () => {
    const { id } = await onlyLetter();
    const running = worker();
    await letters.redrive(id);
    await drainBalanced(running);

    expect(await counted(running)).toEqual({ aggregated: 1, deadLettered: 1, inFlight: 0 });
    const [again, first] = await listed();
    expect(first).toMatchObject({ id, state: 'redriven' });
    expect(again).toMatchObject({ state: 'dead', eventId: 'req-1-r1', raw: 'Jan  5 gibberish' });
    expect(await letters.redrive(again?.id ?? '', FAILED_LOGIN)).toMatchObject({
      redriven: { eventId: 'req-1-r2' },
    });
    await drainBalanced(running);
    expect(await counted(running)).toEqual({ aggregated: 2, deadLettered: 0, inFlight: 0 });
  });

  it('goes back once, however many ask at the same time', async () => {
    const { id } = await onlyLetter();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => letters.redrive(id, FAILED_LOGIN)));
    expect(outcomes.filter((outcome) => 'redriven' in outcome)).toHaveLength(1);
    expect(outcomes.filter((one) => 'refused' in one && one.refused === 'already_redriven')).toHaveLength(7);
    const running = worker();
    await drainBalanced(running);
    expect(await counted(running)).toEqual({ aggregated: 2, deadLettered: 0, inFlight: 0 });
  });

  it('stays counted but is gone from the list when it is hidden', async () => {
    const { id } = await onlyLetter();
    expect(await letters.hide(id)).toBe(true);
    expect(await letters.hide(id)).toBe(false);
    expect(await listed()).toEqual([]);
    expect(await letters.redrive(id)).toEqual({ refused: 'not_found' });
    expect(await counted(worker())).toEqual({ aggregated: 1, deadLettered: 1, inFlight: 0 });
  });
});

describe('what a request said about its lines', () => {
  it('holds for a redriven one: its year, zone, host, timeline and arrival', async () => {
    const told = { year: 2020, timezone: '+02:00', host: 'given-host' };
    await appendLines(redis, keys, { partition: 0, lines: ['?'], at: NOW, timeline: 'day', told });
    const running = worker();
    await running.drain();
    const { id, timeline } = await onlyLetter({ timeline: 'day' });
    expect(timeline).toBe('day');
    expect(await listed()).toEqual([]);

    await letters.redrive(id, FAILED_LOGIN);
    await running.drain();

    expect((await keyedEvents()).map((event) => event['@timestamp'])).toEqual(['2020-01-05T08:00:00.000Z']);
    expect(await redis.xrange(keys.of(0, STREAMS.raw), '-', '+')).toEqual([]);
  });
});

describe('a letter that keeps no whole text', () => {
  it.each([
    ['is no event', ''],
    ['is longer than what is kept', `x${'y'.repeat(5_000)}`],
  ])('needs raw to go back when it %s', async (_, line) => {
    await appendLines(redis, keys, { partition: 1, lines: [line, FAILED_LOGIN], at: NOW });
    const running = worker();
    await running.drain();
    const { id, raw = '' } = await onlyLetter();
    expect(raw.length).toBeLessThanOrEqual(4_096);
    expect(await letters.redrive(id)).toEqual({ refused: 'raw_required' });
    expect(await letters.redrive(id, FAILED_LOGIN)).toHaveProperty('redriven');
    await drainBalanced(running);
    expect(await counted(running)).toEqual({ aggregated: 2, deadLettered: 0, inFlight: 0 });
  });
});

describe('an event that a later stage rejected', () => {
  const events = [1, 2, 3].map((n) =>
    anEvent({ event: { id: `event-${n}`, category: ['web'] }, source: { ip: `198.18.0.${n}` } }),
  );

  it('goes back to processing when the fault is gone', async () => {
    await appendRaw(redis, keys, { partition: 3, events, at: NOW, timeline: 'day' });
    await worker((ip) => {
      if (ip === '198.18.0.2') throw new Error('no such table');
      return undefined;
    }).drain();
    const letter = await onlyLetter({ timeline: 'day' });
    expect(letter).toMatchObject({ stage: 'processing', reason: 'poison', detail: 'no such table' });

    const running = worker();
    expect(await letters.redrive(letter.id)).toEqual({
      redriven: { stage: 'processing', eventId: 'event-2-r1' },
    });
    await drainBalanced(running);
    expect(await counted(running)).toEqual({ aggregated: 3, deadLettered: 0, inFlight: 0 });
  });

  it('goes back to aggregation only as a valid event', async () => {
    // What no schema lets through: one text for the list of categories, of which no facet can be named.
    const broken = anEvent(events[1]);
    broken.event = { ...broken.event };
    Reflect.set(broken.event, 'category', 'elsewhere');
    const [first = anEvent(), , third = anEvent()] = events;
    await appendRaw(redis, keys, { partition: 3, events: [first, broken, third], at: NOW });
    await worker().drain();
    const letter = await onlyLetter({ stage: 'aggregation' });
    expect(await letters.redrive(letter.id)).toMatchObject({ refused: 'invalid_raw' });

    const running = worker();
    expect(await letters.redrive(letter.id, JSON.stringify(events[1]))).toEqual({
      redriven: { stage: 'aggregation', eventId: 'event-2-r1' },
    });
    await drainBalanced(running);
    expect(await counted(running)).toEqual({ aggregated: 3, deadLettered: 0, inFlight: 0 });
  });
});

describe('the list of dead letters', () => {
  beforeEach(async () => {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const lines = ['', 'gibberish', 'more gibberish'].map((line) => line && `${line} ${partition}`);
      await appendLines(redis, keys, {
        partition,
        lines: [...lines, FAILED_LOGIN],
        at: NOW,
        idPrefix: `p${partition}`,
      });
      await worker().drain(['ingest']);
    }
  });

  it('comes in pages that hold every letter once, newest first', async () => {
    const seen: DeadLetterRow[] = [];
    let from: DeadLetterQuery['from'];
    do {
      const { items, next } = await letters.list({ timeline: 'live', limit: 5, from });
      seen.push(...items);
      from = next;
      expect(seen.length).toBeLessThanOrEqual(12);
    } while (from);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(12);
    const times = seen.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('shows no letter on a later page that came after its first', async () => {
    const first = await letters.list({ timeline: 'live', limit: 1 });
    await appendLines(redis, keys, { partition: 0, lines: ['gibberish'], at: NOW, idPrefix: 'later' });
    await worker().drain(['ingest']);
    const rest = await listed({ from: first.next });
    expect(rest).toHaveLength(11);
    expect(rest.map(({ eventId }) => eventId)).not.toContain('later-0');
  });

  it('can be narrowed by reason and by stage', async () => {
    expect(await listed({ reason: 'not_an_event' })).toHaveLength(4);
    expect(await listed({ reason: 'unrecognised', stage: 'ingest' })).toHaveLength(8);
    expect(await listed({ stage: 'processing' })).toEqual([]);
  });
});

describe('a dead letter of a timeline that was swept', () => {
  beforeEach(async () => {
    await appendLines(redis, keys, { partition: 2, lines: ['gibberish'], timeline: 'case-1', at: NOW });
    await worker().drain();
  });

  const redriven = async () => letters.redrive((await onlyLetter({ timeline: 'case-1' })).id, FAILED_LOGIN);

  it('brings the name back, so that what comes of it is swept again', async () => {
    expect(await redriven()).toMatchObject({ redriven: { stage: 'ingest' } });
    expect(await redis.hkeys(keys.global('timelines'))).toEqual(['case-1']);
  });

  it('stays where it is while there are as many timelines as there may be', async () => {
    for (let i = 0; i < EDGE_LIMITS.timelines; i++)
      await redis.hset(keys.global('timelines'), `other-${i}`, Date.now());
    expect(await redriven()).toEqual({ refused: 'too_many_timelines' });
    expect((await onlyLetter({ timeline: 'case-1' })).state).toBe('dead');
    await redis.hdel(keys.global('timelines'), 'other-0');
    expect(await redriven()).toMatchObject({ redriven: { stage: 'ingest' } });
  });
});
