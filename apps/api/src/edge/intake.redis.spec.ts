import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { anEvent } from '@watchfloor/contracts/testing';
import { decode } from '../pipeline/batch-codec';
import { partitionOf } from '../pipeline/partitioning';
import { bodiesOf, EDGE_LIMITS, KEYS, STREAMS } from '../pipeline/topology';
import { EventIntake, type EventBatch } from './event-intake.store';
import { IdempotencyStore } from './idempotency.store';
import type { IdentifiedEvent } from './judge-events';
import { RawLogStore, type LineBatch } from './raw-log.store';

const PARTITIONS = 4;
const named = (id: string) => anEvent({ event: { id, category: ['network'] } }) as IdentifiedEvent;
const idsFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `id-${from + n}`);

function batchOf(ids: readonly string[], timeline = 'live', rejected = 0): EventBatch {
  const errors = Array.from({ length: rejected }, (_, index) => ({ index, code: 'too_deep', detail: '' }));
  return {
    judged: { events: ids.map(named), errors, dropped: 0 },
    timeline,
    meta: { codec: 'events', dataset: 'watchfloor', at: 1, idPrefix: 'p' },
  };
}

function linesOf(text: string): LineBatch {
  const meta = { codec: 'lines', dataset: 'openssh', at: 1, idPrefix: 'p' } as const;
  return { body: Buffer.from(text), lines: text.split('\n').length, timeline: 'live', meta };
}

describe('the intake', () => {
  let redis: RedisConnection;
  let keys: Keyspace;
  const identity = { field: 'key', idPrefix: 'key' };
  const keyless = { field: undefined, idPrefix: 'none' };

  const intakeWith = (over: { dedupeMaxIds?: number; idempotencyMaxKeys?: number } = {}) => {
    const memory = { dedupeMaxIds: 10_000, idempotencyMaxKeys: 1_000, ...over };
    const store = new IdempotencyStore(redis, keys, memory.idempotencyMaxKeys);
    return new EventIntake(new RawLogStore(redis, keys, memory), store, PARTITIONS);
  };

  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const counter = async (name: string) => {
    const counts = await Promise.all(partitions.map((p) => redis.hget(keys.of(p, KEYS.ledger), name)));
    return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
  };
  const edgeCounts = async () =>
    Promise.all(['received', 'accepted', 'duplicates', 'rejected'].map((name) => counter(`edge.${name}`)));
  const storedIds = async () => {
    const ids: string[] = [];
    for (const p of partitions) {
      const bodies = await redis.hgetallBuffer(keys.of(p, bodiesOf(STREAMS.raw)));
      for (const [id, [, n, , , , meta = '{}']] of await redis.xrange(keys.of(p, STREAMS.raw), '-', '+')) {
        const { skip = [] } = JSON.parse(meta) as { skip?: number[] };
        const events = decode<IdentifiedEvent[]>(bodies[id] ?? Buffer.alloc(0));
        const own = events.filter((_, row) => !skip.includes(row)).map(({ event }) => event.id);
        expect(own).toHaveLength(Number(n));
        for (const stored of own) expect(partitionOf(stored, PARTITIONS)).toBe(p);
        ids.push(...own);
      }
    }
    return ids.sort();
  };

  beforeAll(async () => {
    redis = connectRedis(await testRedisUrl(), 'append');
    await untilReady(redis);
  });
  beforeEach(() => {
    keys = new Keyspace(freshPrefix(), PARTITIONS);
  });
  afterAll(() => redis.disconnect());

  it('stores each event in the partition of its id and counts it', async () => {
    const { answer } = await intakeWith().takeEvents(keyless, '', batchOf(idsFrom(0, 100), 'live', 3));
    expect(answer).toMatchObject({ accepted: 100, duplicates: 0, rejected: 3 });
    expect(await storedIds()).toEqual(idsFrom(0, 100).sort());
    expect(await edgeCounts()).toEqual([103, 100, 0, 3]);
    expect(await counter('edge.rejected:too_deep')).toBe(3);
  });

  it('leaves out ids that it has seen, whatever the key, also within one batch', async () => {
    const intake = intakeWith();
    await intake.takeEvents({ field: 'k1', idPrefix: 'k1' }, 'd1', batchOf(idsFrom(0, 50)));
    const { answer } = await intake.takeEvents(
      { field: 'k2', idPrefix: 'k2' },
      'd2',
      batchOf([...idsFrom(25, 75), ...idsFrom(60, 75)]),
    );
    expect(answer).toMatchObject({ accepted: 25, duplicates: 40 });
    expect(await storedIds()).toEqual(idsFrom(0, 75).sort());
    expect(await edgeCounts()).toEqual([115, 75, 40, 0]);
  });

  it('writes no entry where nothing is new', async () => {
    const intake = intakeWith();
    await intake.takeEvents(keyless, '', batchOf(['a']));
    await intake.takeEvents(keyless, '', batchOf(['a']));
    expect(await redis.xlen(keys.of(partitionOf('a', PARTITIONS), STREAMS.raw))).toBe(1);
  });

  it('takes the same ids once for each timeline', async () => {
    const intake = intakeWith();
    await intake.takeEvents(keyless, '', batchOf(['a']));
    const { answer } = await intake.takeEvents(keyless, '', batchOf(['a'], 'replay-1'));
    expect(answer.accepted).toBe(1);
  });

  it('remembers at least half and at most all of the ids that it may', async () => {
    const intake = intakeWith({ dedupeMaxIds: 400 });
    for (let from = 0; from < 2_000; from += 20)
      await intake.takeEvents(keyless, '', batchOf(idsFrom(from, from + 20)));
    const sizes = await Promise.all(
      partitions.flatMap((p) => ['ids:0', 'ids:1'].map((name) => redis.scard(keys.of(p, name)))),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(400 + 20 * PARTITIONS);
    const recent = await intake.takeEvents(keyless, '', batchOf(idsFrom(1_900, 2_000)));
    expect(recent.answer.duplicates).toBe(100);
    const old = await intake.takeEvents(keyless, '', batchOf(idsFrom(0, 100)));
    expect(old.answer.accepted).toBe(100);
  });

  it('gives a repeated key its first answer and counts its events as duplicates', async () => {
    const intake = intakeWith();
    const batch = batchOf(idsFrom(0, 10), 'live', 2);
    const first = await intake.takeEvents(identity, 'digest', batch);
    const second = await intake.takeEvents(identity, 'digest', batch);
    expect(second).toEqual({ answer: first.answer, replayed: true });
    expect(await edgeCounts()).toEqual([24, 10, 12, 2]);
  });

  it('refuses another request under the same key before anything is stored', async () => {
    const intake = intakeWith();
    await intake.takeEvents(identity, 'digest', batchOf(['a']));
    await expect(intake.takeEvents(identity, 'other', batchOf(['b']))).rejects.toMatchObject({
      code: 'key_reused',
    });
    await expect(intake.takeLines(identity, 'third', linesOf('x'))).rejects.toMatchObject({
      code: 'key_reused',
    });
    expect(await storedIds()).toEqual(['a']);
  });

  it('stores once what arrives under one key on two connections at a time', async () => {
    const other = connectRedis(await testRedisUrl(), 'append');
    await untilReady(other);
    const memory = { dedupeMaxIds: 10_000, idempotencyMaxKeys: 1_000 };
    const second = new EventIntake(
      new RawLogStore(other, keys, memory),
      new IdempotencyStore(other, keys, 1_000),
      PARTITIONS,
    );
    const intake = intakeWith();
    for (let round = 0; round < 20; round++) {
      const ids = idsFrom(round * 50, round * 50 + 50);
      const key = { field: `k${round}`, idPrefix: `k${round}` };
      const outcomes = await Promise.allSettled([
        intake.takeEvents(key, 'digest', batchOf(ids)),
        second.takeEvents(key, 'digest', batchOf(ids)),
      ]);
      const refused = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
      );
      expect(refused.every((code) => code === 'key_in_use')).toBe(true);
      expect(refused.length).toBeLessThan(2);
    }
    other.disconnect();
    expect(await storedIds()).toEqual(idsFrom(0, 1_000).sort());
    expect(await counter('edge.accepted')).toBe(1_000);
  });

  it('finds the stored parts after one part failed, and counts them once', async () => {
    const intake = intakeWith();
    const ids = idsFrom(0, 40);
    const failing = partitionOf('id-0', PARTITIONS);
    const broken = keys.of(failing, `${KEYS.idempotency}:parts`);
    await redis.set(broken, 'not a hash');
    await expect(intake.takeEvents(identity, 'digest', batchOf(ids, 'live', 1))).rejects.toThrow('WRONGTYPE');
    const before = await storedIds();
    expect(before).toEqual(ids.filter((id) => partitionOf(id, PARTITIONS) !== failing).sort());
    await redis.del(broken);
    const { answer, replayed } = await intake.takeEvents(identity, 'digest', batchOf(ids, 'live', 1));
    expect({ replayed, ...answer }).toMatchObject({
      replayed: false,
      accepted: 40,
      duplicates: 0,
      rejected: 1,
    });
    expect(await storedIds()).toEqual([...ids].sort());
    expect(await edgeCounts()).toEqual([41, 40, 0, 1]);
  });

  it('still refuses another request under the key of one that failed', async () => {
    const intake = intakeWith();
    const broken = keys.of(partitionOf('a', PARTITIONS), `${KEYS.idempotency}:parts`);
    await redis.set(broken, 'not a hash');
    await expect(intake.takeEvents(identity, 'digest', batchOf(['a']))).rejects.toThrow('WRONGTYPE');
    await expect(intake.takeEvents(identity, 'other', batchOf(['b']))).rejects.toMatchObject({
      code: 'key_reused',
    });
  });

  it('refuses a key that is running, until its lease runs out', async () => {
    const idempotency = new IdempotencyStore(redis, keys, 1_000);
    const request = {
      partition: partitionOf('key', PARTITIONS),
      field: 'key',
      digest: 'digest',
      token: 'first',
    };
    await idempotency.begin(request);
    const intake = intakeWith();
    await expect(intake.takeEvents(identity, 'digest', batchOf(['a']))).rejects.toMatchObject({
      code: 'key_in_use',
    });
    const records = keys.of(request.partition, KEYS.idempotency);
    const startedAt = Number((await redis.hget(records, 'key'))?.split('|')[2]);
    await redis.hset(records, 'key', `running|digest|${startedAt - EDGE_LIMITS.runningMs}|first|0|0|0`);
    const { answer } = await intake.takeEvents(identity, 'digest', batchOf(['a']));
    expect(answer.accepted).toBe(1);
  });

  it('counts what was rejected once, however often a request is closed', async () => {
    const idempotency = new IdempotencyStore(redis, keys, 1_000);
    const request = { partition: 0, field: 'key', digest: 'digest', token: 'first' };
    await idempotency.begin(request);
    const rejected = new Map([['too_deep', 2]]);
    const tally = { accepted: 1, duplicates: 0, rejected: 2 };
    expect(await idempotency.finish(request, tally, rejected)).toEqual(tally);
    const late = { accepted: 0, duplicates: 1, rejected: 2 };
    expect(await idempotency.finish({ ...request, token: 'second' }, late, rejected)).toEqual(tally);
    expect(await counter('edge.rejected')).toBe(2);
  });

  it('gives no key back that another attempt holds by now', async () => {
    const idempotency = new IdempotencyStore(redis, keys, 1_000);
    const request = { partition: 0, field: 'key', digest: 'digest', token: 'second' };
    await idempotency.begin(request);
    await idempotency.abandon({ ...request, token: 'first' });
    expect((await idempotency.begin({ ...request, token: 'third' })).standing).toBe('RUNNING');
    await idempotency.abandon(request);
    expect((await idempotency.begin({ ...request, token: 'third' })).standing).toBe('NEW');
  });

  it('forgets an id after two windows, not after one', async () => {
    const intake = intakeWith();
    const state = keys.of(partitionOf('old', PARTITIONS), KEYS.state);
    const windowPasses = async () => {
      const current = await redis.hget(state, 'ids:current');
      const field = `ids:started:${current}`;
      await redis.hincrby(state, field, -EDGE_LIMITS.dedupeWindowMs);
    };
    const duplicates = async () => (await intake.takeEvents(keyless, '', batchOf(['old']))).answer.duplicates;
    expect(await duplicates()).toBe(0);
    await windowPasses();
    expect(await duplicates()).toBe(1);
    await windowPasses();
    expect(await duplicates()).toBe(0);
  });

  it('keeps no more keys than it may', async () => {
    const intake = intakeWith({ idempotencyMaxKeys: 40 });
    for (let n = 0; n < 200; n++) {
      await intake.takeEvents({ field: `k${n}`, idPrefix: `k${n}` }, 'digest', batchOf([`id-${n}`]));
    }
    const names = [KEYS.idempotency, `${KEYS.idempotency}:parts`];
    for (const p of partitions) {
      for (const name of names) expect(await redis.hlen(keys.of(p, name))).toBeLessThanOrEqual(10);
    }
    const last = await intake.takeEvents({ field: 'k199', idPrefix: 'k199' }, 'digest', batchOf(['id-199']));
    expect(last.replayed).toBe(true);
  });

  it('stores the lines of a request once for each key', async () => {
    const intake = intakeWith();
    const first = await intake.takeLines(identity, 'digest', linesOf('a\nb\nc'));
    const second = await intake.takeLines(identity, 'digest', linesOf('a\nb\nc'));
    expect(first).toEqual({
      answer: { accepted: 3, duplicates: 0, rejected: 0, errors: [] },
      replayed: false,
    });
    expect(second).toEqual({ answer: first.answer, replayed: true });
    expect(await redis.xlen(keys.of(partitionOf('key', PARTITIONS), STREAMS.raw))).toBe(1);
    expect(await edgeCounts()).toEqual([6, 3, 3, 0]);
  });
});
