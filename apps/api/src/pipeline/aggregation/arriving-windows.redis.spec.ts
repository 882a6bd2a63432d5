import fc from 'fast-check';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { EventIntake } from '../../edge/event-intake.store';
import { IdempotencyStore } from '../../edge/idempotency.store';
import type { IdentifiedEvent } from '../../edge/judge-events';
import { RawLogStore } from '../../edge/raw-log.store';
import { ReadModel } from '../../gateway/read-model';
import { BEGIN, loginAt, numbered } from '../detection/testing';
import { TestWorker } from '../testing';
import { EVENT_TIME } from '../topology';
import { fillBook } from './stored-windows';
import { inWords } from './testing';
import { WindowBook } from './window-book';
import { readWindow } from './window.store';

const PARTITIONS = 3;
const TIMELINE = 'test';
const TRACKED_KEYS = 1_000;
const MEMORY = { dedupeMaxIds: 10_000, idempotencyMaxKeys: 1_000 };

let redis: RedisConnection;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());

/** A request with what the pipeline does before the next: takes some of its orders, one of them twice, or none; and folds, or not. */
interface Request {
  readonly events: readonly IdentifiedEvent[];
  readonly orders: 'all' | 'first' | 'last' | 'none';
  readonly folds: boolean;
}

interface Drawn {
  readonly ms: number;
  readonly source: number;
  readonly outcome: 'success' | 'failure';
  readonly delay: number;
  readonly twice: boolean;
}

const drawnEvents = (mostDelayMs: number): fc.Arbitrary<Drawn[]> =>
  fc.array(
    fc.record({
      ms: fc.integer({ min: 0, max: 180_000 }),
      source: fc.integer({ min: 1, max: 8 }),
      outcome: fc.constantFrom('failure' as const, 'success' as const),
      delay: fc.integer({ min: 0, max: mostDelayMs }),
      twice: fc.boolean(),
    }),
    { minLength: 20, maxLength: 60 },
  );

function eventsOf(drawn: readonly Drawn[]): IdentifiedEvent[] {
  const logins = drawn.map(({ ms, source, outcome }) => loginAt(ms, { ip: `203.0.113.${source}`, outcome }));
  return numbered(logins) as IdentifiedEvent[];
}

/** The events as they come: each after its delay, some of them a second time, after the longest. */
function arriving(drawn: readonly Drawn[], mostDelayMs: number): IdentifiedEvent[] {
  const events = eventsOf(drawn);
  return drawn
    .flatMap(({ ms, delay, twice }, i) => {
      const event = events[i] as IdentifiedEvent;
      const once = { event, arrival: ms + delay };
      return twice ? [once, { event, arrival: ms + mostDelayMs }] : [once];
    })
    .sort((a, b) => a.arrival - b.arrival)
    .map(({ event }) => event);
}

const paces = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    orders: fc.constantFrom('all', 'first', 'last', 'none'),
    folds: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

function toRequests(
  events: readonly IdentifiedEvent[],
  pace: readonly { readonly size: number; readonly orders: Request['orders']; readonly folds: boolean }[],
): Request[] {
  const requests: Request[] = [];
  for (let at = 0; at < events.length;) {
    const { size, orders, folds } = pace[requests.length % pace.length] ?? {
      size: 1,
      orders: 'all',
      folds: true,
    };
    requests.push({ events: events.slice(at, at + size), orders, folds });
    at += size;
  }
  return requests;
}

/** Takes what is asked of the orders that are due. */
async function work(worker: TestWorker, orders: Request['orders']): Promise<void> {
  if (orders === 'all') await worker.drain();
  const due = orders === 'first' || orders === 'last' ? await worker.due() : [];
  const order = orders === 'first' ? due[0] : due.at(-1);
  if (order === undefined) return;
  await worker.take(order);
  expect((await worker.take(order)).outcome).toBe('STALE');
}

async function foldAll({ windows }: TestWorker): Promise<void> {
  for (let partition = 0; partition < PARTITIONS; partition++) await windows.fold(partition);
}

/** What the windows say when all requests have gone through: as they are stored, and as a gateway has them that followed. */
async function windowsAfter(requests: readonly Request[]) {
  const keys = new Keyspace(freshPrefix(), PARTITIONS);
  const worker = new TestWorker(redis, keys);
  const idempotency = new IdempotencyStore(redis, keys, MEMORY.idempotencyMaxKeys);
  const intake = new EventIntake(new RawLogStore(redis, keys, MEMORY), idempotency, PARTITIONS);
  for (const { events, orders, folds } of requests) {
    await intake.takeEvents({ field: undefined, idPrefix: 'none' }, '', {
      judged: { events, errors: [], dropped: 0 },
      timeline: TIMELINE,
      meta: { codec: 'events', dataset: 'watchfloor', at: Date.now(), idPrefix: 'none' },
    });
    await work(worker, orders);
    if (folds) await foldAll(worker);
  }
  await worker.drain();
  await foldAll(worker);
  return { stored: inBook(await storedBook(worker)), followed: inBook(await followedBook(worker)) };
}

async function storedBook({ windows }: TestWorker): Promise<WindowBook> {
  const book = new WindowBook(TRACKED_KEYS);
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => windows.load(partition, TIMELINE));
  for (const _ of fillBook(book, await Promise.all(partitions), readWindow)) continue;
  return book;
}

async function followedBook({ windows }: TestWorker): Promise<WindowBook> {
  const model = new ReadModel(PARTITIONS, TRACKED_KEYS);
  const timeline = model.open(TIMELINE);
  for (let partition = 0; partition < PARTITIONS; partition++)
    for (const { change } of await windows.changesAfter(partition, '0-0', 1_000))
      model.apply(partition, change, 0);
  timeline.settle(0);
  return timeline.book;
}

function inBook(book: WindowBook): Record<string, object> {
  const windows = [...book.entries()].map(([step, start, window]): [string, object] => [
    `${step} ${start - BEGIN}`,
    inWords(window.open()),
  ]);
  return Object.fromEntries(windows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same events, each once and in the order of their times, one request taken to its end after the other. */
function inOrder(drawn: readonly Drawn[]): Request[] {
  const events = eventsOf(drawn).sort((a, b) => (a['@timestamp'] < b['@timestamp'] ? -1 : 1));
  return toRequests(events, [{ size: 20, orders: 'all', folds: true }]);
}

function events1s(windows: Record<string, object>): number {
  const seconds = Object.entries(windows).filter(([name]) => name.startsWith('1s '));
  return seconds.reduce((sum, [, window]) => sum + (window as { events: number }).events, 0);
}

describe('the windows of events that arrive anywhere, some of them twice, are those of the same events in order', () => {
  it.each([
    ['the tolerance for disorder', EVENT_TIME.maxOutOfOrdernessMs],
    ['the allowed lateness', EVENT_TIME.allowedLatenessMs],
  ])(
    'late by up to %s',
    async (_, mostDelayMs) => {
      await fc.assert(
        fc.asyncProperty(drawnEvents(mostDelayMs), paces, async (drawn, pace) => {
          const expected = await windowsAfter(inOrder(drawn));
          expect(events1s(expected.stored)).toBe(drawn.length);
          expect(expected.followed).toEqual(expected.stored);
          expect(await windowsAfter(toRequests(arriving(drawn, mostDelayMs), pace))).toEqual(expected);
        }),
        { numRuns: 8 },
      );
    },
    60_000,
  );
});
