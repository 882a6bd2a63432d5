import fc from 'fast-check';
import type { NormalisedEvent } from '@watchfloor/contracts';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { appendRaw, TestWorker } from '../../testing';
import { EVENT_TIME, TIMELINE_PRODUCERS } from '../../topology';
import type { AlertChange } from '../alert-book';
import { aRule, detectAll, loginAt, numbered, timeOf } from '../testing';
import { TestDetection } from './testing';

const PARTITIONS = 3;
const TIMELINE = 'test';

const failures = { 'event.outcome': 'failure' };
const rules = [
  aRule({ id: 'bucket', kind: 'bucket', where: failures, capacity: 3, leak: '4s', silence: '5s' }),
  aRule({
    id: 'sequence',
    kind: 'sequence',
    within: '20s',
    steps: [
      { where: { 'event.outcome': 'failure' }, times: 2 },
      { where: { 'event.outcome': 'success' }, times: 1 },
    ],
  }),
  aRule({
    id: 'threshold',
    kind: 'threshold',
    key: 'host.name',
    window: '10s',
    limit: 4,
    distinct: 'source.ip',
  }),
];

let redis: RedisConnection;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());

/** Logins in order of arrival, each with the partition where its request arrives and whether it comes twice. */
const deliveries = fc
  .array(
    fc.record({
      ms: fc.integer({ min: 0, max: 60_000 }),
      source: fc.integer({ min: 1, max: 8 }),
      outcome: fc.constantFrom('failure' as const, 'failure' as const, 'success' as const),
      delay: fc.integer({ min: 0, max: EVENT_TIME.maxOutOfOrdernessMs }),
      partition: fc.integer({ min: 0, max: PARTITIONS - 1 }),
      twice: fc.boolean(),
    }),
    { minLength: 30, maxLength: 90 },
  )
  .map((drawn) => {
    const events = numbered(
      drawn.map(({ ms, source, outcome }) => loginAt(ms, { ip: `203.0.113.${source}`, outcome })),
    );
    return drawn
      .flatMap(({ ms, delay, partition, twice }, index) => {
        const event = events[index];
        if (event === undefined) return [];
        const once = { event, partition, arrival: ms + delay };
        return twice ? [once, { ...once, arrival: ms + EVENT_TIME.maxOutOfOrdernessMs }] : [once];
      })
      .sort((a, b) => a.arrival - b.arrival);
  });

type Deliveries = readonly { readonly event: NormalisedEvent; readonly partition: number }[];

/** Ends of the alerts, as far as they do not depend on when input was quiet. */
const endsOf = (changes: readonly AlertChange[]): string[] => {
  const last = new Map(changes.map(({ alert }) => [alert.id, alert]));
  return [...last.values()].map(({ id, firstSeen, events }) => `${id} ${firstSeen} ${events}`).sort();
};

/** Sends the events as requests of a few each; new owners take over in between, with or without a checkpoint before. */
async function throughPipeline(
  arriving: Deliveries,
  perRequest: number,
  restarts: boolean,
): Promise<string[]> {
  const keys = new Keyspace(freshPrefix(), PARTITIONS);
  const worker = new TestWorker(redis, keys, { detection: true });
  const detection = new TestDetection(redis, keys, rules);
  await redis.hset(keys.global('timelines'), TIMELINE, Date.now());
  let followers = await detection.takeOverAll();
  for (let at = 0; at < arriving.length; at += perRequest) {
    const request = arriving.slice(at, at + perRequest);
    const events = request.map(({ event }) => event);
    await appendRaw(redis, keys, {
      partition: request[0]?.partition ?? 0,
      events,
      timeline: TIMELINE,
      at: Date.now(),
    });
    await worker.drain();
    if (at % 2 === 0) for (const follower of followers) await follower.take();
    if (at % 3 === 0) await detection.settle(followers);
    if (restarts) followers = await detection.takeOverAll();
  }
  await redis.hset(keys.global(TIMELINE_PRODUCERS), TIMELINE, 'ended');
  await detection.settle(followers);
  await detection.rest(followers);
  await detection.settle(followers);
  const { items } = await detection.alerts.list({ timeline: TIMELINE, limit: 500 });
  return items.map(({ id, firstSeen, events }) => `${id} ${firstSeen} ${events}`).sort();
}

/** The place of an event among those of its moment is that of its number, whatever the order of arrival. */
const numberOf = ({ event: { id = '' } }: NormalisedEvent): number =>
  Number(id.slice(id.lastIndexOf('-') + 1));

const inOrder = (arriving: Deliveries): string[] => {
  const events = [...new Set(arriving.map(({ event }) => event))];
  return endsOf(
    detectAll(
      rules,
      events.sort((a, b) => timeOf(a) - timeOf(b) || numberOf(a) - numberOf(b)),
    ),
  );
};

describe('the alerts of events that arrive anywhere, late by up to the tolerance, some of them twice', () => {
  it('are those of one detector that takes them in order', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.integer({ min: 1, max: 12 }), async (arriving, perRequest) => {
        expect(await throughPipeline(arriving, perRequest, false)).toEqual(inOrder(arriving));
      }),
      { numRuns: 8 },
    );
  }, 120_000);

  it('are the same when owners die all the time', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.integer({ min: 4, max: 12 }), async (arriving, perRequest) => {
        expect(await throughPipeline(arriving, perRequest, true)).toEqual(inOrder(arriving));
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});
