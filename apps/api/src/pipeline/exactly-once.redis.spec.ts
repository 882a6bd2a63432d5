import { anEvent } from '@watchfloor/contracts/testing';
import type { NormalisedEvent } from '@watchfloor/contracts';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { ALL_FENCES } from './fences';
import { fillBook } from './aggregation/stored-windows';
import type { Tally } from './aggregation/tally';
import { WindowBook } from './aggregation/window-book';
import { readWindow } from './aggregation/window.store';
import { partitionOf } from './partitioning';
import { appendRaw, TestWorker } from './testing';
import { KEYS, STREAMS } from './topology';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const DAY = Date.parse('2026-01-05T00:00:00.000Z');
const PARTITIONS = 4;

let redis: RedisConnection;
let keys: Keyspace;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
});

/** Events of many sources, one second apart in steps, from `first` on. */
function someEvents(count: number, first = 0): NormalisedEvent[] {
  return Array.from({ length: count }, (_, i) =>
    anEvent({
      '@timestamp': new Date(NOW - 20_000 + ((first + i) % 10) * 1_000).toISOString(),
      event: { id: `event-${first + i}`, category: ['authentication'], outcome: 'failure' },
      source: { ip: `198.18.0.${(first + i) % 200}` },
    }),
  );
}

async function fill(events: number): Promise<void> {
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await appendRaw(redis, keys, { partition, events: someEvents(events, partition * events), at: NOW });
  }
}

/** Everything that the windows of a partition count, folded. */
async function folded(worker: TestWorker, partition: number): Promise<Tally> {
  await worker.windows.fold(partition);
  const book = new WindowBook(1_000);
  const stored = await worker.windows.load(partition, 'live');
  for (const _ of fillBook(book, [stored], readWindow)) continue;
  return book.sum(DAY, DAY + 86_400_000);
}

/** Events in the windows of all partitions. */
async function windowTotal(worker: TestWorker): Promise<number> {
  let total = 0;
  for (let partition = 0; partition < PARTITIONS; partition++)
    total += (await folded(worker, partition)).events;
  return total;
}

describe('the pipeline', () => {
  it('counts every accepted event once and closes its ledger', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    await fill(50);
    expect((await worker.ledger.read()).ledger).toMatchObject({
      balanced: true,
      inFlight: 200,
      aggregated: 0,
    });

    await worker.drain();

    const { ledger } = await worker.ledger.read();
    expect(ledger).toMatchObject({ balanced: true, inFlight: 0, aggregated: 200, deadLettered: 0, late: 0 });
    expect(await windowTotal(worker)).toBe(200);
  });

  it('puts everything about one source into one partition', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    await fill(50);
    await worker.drain();
    const seen = new Map<string, number>();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { vocabulary, counts } = await folded(worker, partition);
      counts.sources.forEach((_, key) => {
        const source = vocabulary.sources.text(key);
        expect(seen.get(source) ?? partition).toBe(partition);
        seen.set(source, partition);
      });
    }
    expect(seen.size).toBe(200);
  });

  it('keeps the ledger closed after every single order', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    await fill(20);
    for (let due = await worker.due(); due.length > 0; due = await worker.due()) {
      for (const order of due) {
        await worker.take(order);
        const { ledger } = await worker.ledger.read();
        expect(ledger.balanced).toBe(true);
      }
    }
  });

  it('shows a loss: an entry that vanishes unread unbalances the ledger', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    await fill(10);
    await redis.del(keys.of(1, STREAMS.raw));
    expect((await worker.ledger.read()).ledger.balanced).toBe(false);
  });
});

describe('an order that is taken twice', () => {
  it.each(['ingest', 'processing', 'aggregation'] as const)(
    'changes nothing the second time in %s',
    async (stage) => {
      const worker = new TestWorker(redis, keys, { now: () => NOW });
      await fill(10);
      if (stage !== 'ingest') await worker.drain(['ingest']);
      if (stage === 'aggregation') await worker.drain(['processing']);
      const [order] = await worker.due([stage]);
      if (order === undefined) throw new Error('no order is due');

      const outcomes = await Promise.all([worker.take(order), worker.take(order)]);

      expect(outcomes.map((one) => one.outcome).sort()).toEqual(['OK', 'STALE']);
      await worker.drain();
      expect((await worker.ledger.read()).ledger).toMatchObject({
        balanced: true,
        aggregated: 40,
        inFlight: 0,
      });
      expect(await windowTotal(worker)).toBe(40);
    },
  );

  it('counts twice without compare-and-set: the control of the test above', async () => {
    const worker = new TestWorker(redis, keys, {
      now: () => NOW,
      fences: { ...ALL_FENCES, compareAndSet: false },
    });
    await fill(10);
    await worker.drain(['ingest', 'processing']);
    const [order] = await worker.due(['aggregation']);
    if (order === undefined) throw new Error('no order is due');

    await Promise.all([worker.take(order), worker.take(order)]);
    await worker.drain();

    expect(await windowTotal(worker)).toBeGreaterThan(40);
  });
});

describe('a worker that dies between two channel appends', () => {
  /** Fails on one address as long as the fault lasts. */
  const failingOn = (broken: string) => (ip: string) => {
    if (ip === broken) throw new Error('the lookup failed');
    return undefined;
  };

  /** A source of partition 0, which has its append before the worker dies. */
  const firstFault =
    Array.from({ length: 100 }, (_, i) => `198.18.0.${i}`).find(
      (ip) => ip !== '198.18.0.7' && partitionOf(ip, PARTITIONS) === 0,
    ) ?? '';

  async function dieHalfway(fences = ALL_FENCES): Promise<TestWorker> {
    let appends = 0;
    const dying = new TestWorker(redis, keys, {
      now: () => NOW,
      fences,
      locate: failingOn(firstFault),
      betweenAppends: () => (++appends === 2 ? Promise.reject(new Error('killed')) : Promise.resolve()),
    });
    await appendRaw(redis, keys, { partition: 0, events: someEvents(100), at: NOW });
    await dying.drain(['ingest']);
    const [order] = await dying.due(['processing']);
    if (order === undefined) throw new Error('no order is due');
    await expect(dying.take(order)).rejects.toThrow('killed');
    return dying;
  }

  it('leaves a segment that the next worker ends as the first decided', async () => {
    const first = await dieHalfway();
    expect((await first.ledger.read()).ledger.balanced).toBe(true);

    // The fault is another one now: what the first attempt handed on stays handed on, what it rejected stays rejected.
    const second = new TestWorker(redis, keys, { now: () => NOW, locate: failingOn('198.18.0.7') });
    await second.drain();

    const { ledger } = await second.ledger.read();
    expect(ledger).toMatchObject({ balanced: true, aggregated: 99, deadLettered: 1, inFlight: 0 });
    expect(await windowTotal(second)).toBe(99);
  });

  it('loses what it rejected at first when no decision is recorded: the control', async () => {
    const fences = { ...ALL_FENCES, decisions: false };
    await dieHalfway(fences);
    const second = new TestWorker(redis, keys, { now: () => NOW, fences, locate: failingOn('198.18.0.7') });
    await second.drain();
    const { ledger } = await second.ledger.read();
    expect(ledger.balanced).toBe(false);
    expect(await windowTotal(second)).not.toBe(99);
  });
});

describe('a stage', () => {
  it('turns the one event that makes it fail into a dead letter, with its reason, and counts its neighbours', async () => {
    const worker = new TestWorker(redis, keys, {
      now: () => NOW,
      locate: (ip) => {
        if (ip === '198.18.0.5') throw new Error('no such table');
        return undefined;
      },
    });
    await appendRaw(redis, keys, { partition: 2, events: someEvents(10), at: NOW });
    await worker.drain();
    expect((await worker.ledger.read()).ledger).toMatchObject({
      balanced: true,
      aggregated: 9,
      deadLettered: 1,
    });
    const letters = await redis.xrange(keys.of(2, STREAMS.deadLetters), '-', '+');
    expect(letters).toHaveLength(1);
    expect(letters[0]?.[1].join()).toContain('no such table');
  });

  it('leaves nothing in its input that it has committed', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    await fill(10);
    await worker.drain();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      expect(await redis.xlen(keys.of(partition, STREAMS.raw))).toBe(0);
      expect(await redis.hlen(keys.of(partition, `${STREAMS.normalised}:bodies`))).toBe(0);
    }
  });

  it('answers GAP to an order whose segment before is not committed', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    await fill(10);
    const [order] = await worker.due(['ingest']);
    if (order === undefined) throw new Error('no order is due');
    const ahead = { ...order, base: order.to };
    expect((await worker.take(ahead)).outcome).toBe('GAP');
  });
});

describe('recent events', () => {
  it('are kept up to their number and no further', async () => {
    const worker = new TestWorker(redis, keys, { now: () => NOW });
    for (let round = 0; round < 30; round++) {
      await appendRaw(redis, keys, { partition: 0, events: someEvents(200, round * 200), at: NOW });
      await worker.drain();
    }
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const kept = Number(await redis.hget(keys.of(partition, KEYS.state), 'kept'));
      expect(kept).toBeGreaterThanOrEqual(1_000);
      expect(kept).toBeLessThan(1_250);
    }
  });
});
