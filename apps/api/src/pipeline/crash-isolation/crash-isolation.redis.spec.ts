import { Logger } from '@nestjs/common';
import { anEvent } from '@watchfloor/contracts/testing';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { ALL_FENCES } from '../fences';
import type { WorkOrder } from '../segment';
import type { AddressPlace, Locate } from '../processing/address-place';
import { appendRaw, TestWorker } from '../testing';
import { KEYS, STREAMS } from '../topology';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const PARTITIONS = 2;

let redis: RedisConnection;
let keys: Keyspace;

beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
});

/** The address of event `<entry>-<row>`, which no other has. */
function addressOf(id: string): string {
  const [entry = 0, row = 0] = id.split('-').map(Number);
  return `198.18.${entry * 4 + (row >> 8)}.${row & 255}`;
}

/** The attempt ends there and then, whatever the stage would have made of a mere failure. */
const END: AddressPlace = {
  get geo(): never {
    throw new Error('the process is gone');
  },
};

const dyingOf = (...ids: string[]): Locate => {
  const addresses = new Set(ids.map(addressOf));
  return (ip) => (addresses.has(ip) ? END : undefined);
};

function workerWith(locate: Locate): TestWorker {
  return new TestWorker(redis, keys, { now: () => NOW, locate });
}

/** Fills partition 0 with entries of events `<entry>-<row>`, ready for processing. */
async function fill(entries: number, rows: number): Promise<void> {
  const worker = workerWith(() => undefined);
  for (let entry = 0; entry < entries; entry++) {
    const events = Array.from({ length: rows }, (_, row) =>
      anEvent({
        event: { id: `${entry}-${row}`, category: ['network'] },
        source: { ip: addressOf(`${entry}-${row}`) },
      }),
    );
    await appendRaw(redis, keys, { partition: 0, events, at: NOW });
    // One batch an entry of raw: each is ingested by itself.
    await worker.drain(['ingest']);
  }
}

/** Gives orders out again and again as the dispatcher does after a worker died. Answers how many died. */
async function run(worker: TestWorker, mostDeaths = 50): Promise<number> {
  let deaths = 0;
  const begun = new Set<string>();
  for (let due = await worker.due(['processing']); due.length > 0; due = await worker.due(['processing'])) {
    for (const order of due) {
      const name = `${order.partition}-${order.base}`;
      const again: WorkOrder = begun.has(name) ? { ...order, again: true } : order;
      begun.add(name);
      await worker.take(again).catch(() => deaths++);
      if (deaths > mostDeaths) throw new Error('the segment never ends');
    }
  }
  return deaths;
}

async function letters(): Promise<Record<string, unknown>[]> {
  const entries = await redis.xrange(keys.of(0, STREAMS.deadLetters), '-', '+');
  return entries.map(
    ([, fields]) => JSON.parse(fields[fields.indexOf('m') + 1] ?? '') as Record<string, unknown>,
  );
}

describe('an event that kills its worker', () => {
  it('becomes a dead letter, and its neighbours are counted', async () => {
    await fill(1, 300);
    const worker = workerWith(dyingOf('0-217'));

    const deaths = await run(worker);

    expect(deaths).toBeLessThanOrEqual(6);
    expect(await letters()).toMatchObject([{ reason: 'crashed_worker', eventId: '0-217' }]);
    await worker.drain();
    const { ledger } = await worker.ledger.read();
    expect(ledger).toMatchObject({ balanced: true, aggregated: 299, deadLettered: 1, inFlight: 0 });
    expect(ledger.stages[1]).toMatchObject({ byReason: { crashed_worker: 1 } });
  });

  it('is found behind others of its kind and among the entries of a long segment', async () => {
    await fill(5, 40);
    const worker = workerWith(dyingOf('1-0', '3-17', '3-39'));

    await run(worker);

    expect((await letters()).map(({ eventId }) => eventId).sort()).toEqual(['1-0', '3-17', '3-39']);
    await worker.drain();
    expect((await worker.ledger.read()).ledger).toMatchObject({
      balanced: true,
      aggregated: 197,
      deadLettered: 3,
    });
  });

  it('is the only one to suffer: workers that die of something else take no event with them', async () => {
    await fill(1, 300);
    let tried = 0;
    // Dies at one moment after another, of no event in particular.
    const worker = workerWith(() => {
      return ++tried % 97 === 0 && tried < 1_000 ? END : undefined;
    });

    expect(await run(worker)).toBeGreaterThan(5);

    expect(await letters()).toEqual([]);
    await worker.drain();
    expect((await worker.ledger.read()).ledger).toMatchObject({ balanced: true, aggregated: 300 });
  });
});

describe('a segment about which something was decided', () => {
  it('is handed on as decided, however often its worker dies', async () => {
    await fill(1, 100);
    let appends = 0;
    const dying = new TestWorker(redis, keys, {
      now: () => NOW,
      fences: ALL_FENCES,
      betweenAppends: () => (++appends <= 4 ? Promise.reject(new Error('killed')) : Promise.resolve()),
    });

    expect(await run(dying)).toBe(4);

    expect(await letters()).toEqual([]);
    await dying.drain();
    expect((await dying.ledger.read()).ledger).toMatchObject({ balanced: true, aggregated: 100 });
  });
});

describe('an order that is taken for the first time', () => {
  it('leaves no trace of a count', async () => {
    await fill(3, 10);
    await workerWith(() => undefined).drain();
    const fields = await redis.hkeys(keys.of(0, KEYS.state));
    expect(fields.filter((field) => field.startsWith('suspect'))).toEqual([]);
  });
});
