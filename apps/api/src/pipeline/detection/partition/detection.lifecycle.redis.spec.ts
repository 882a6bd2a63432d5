import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { SegmentStore } from '../../segment.store';
import { RuleFiles } from '../rule-files.store';
import { ArrivalsStore } from './arrivals.store';
import { DetectionMeter } from './detection-meter';
import { DetectionRunner } from './detection.lifecycle';
import { LeaseStore } from './lease.store';
import { TestDetection } from './testing';

const PARTITIONS = 4;
const LEASE_MS = 400;

let redis: RedisConnection;
let keys: Keyspace;
let detection: TestDetection;
let live: number;

beforeAll(async () => {
  redis = connectRedis(await testRedisUrl(), 'pipeline');
  await untilReady(redis);
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  keys = new Keyspace(freshPrefix(), PARTITIONS);
  detection = new TestDetection(redis, keys, []);
  live = 1;
});

function runner(owner: string): DetectionRunner {
  return new DetectionRunner(
    new LeaseStore(redis, keys, LEASE_MS),
    new ArrivalsStore(redis, keys, new SegmentStore(redis, keys)),
    {
      isOn: true,
      files: new RuleFiles(undefined),
      owner,
      partitions: PARTITIONS,
      clock: Date.now,
      meter: new DetectionMeter(),
      liveWorkers: () => Promise.resolve(live),
      follow: (partition, token) => detection.follow(partition, token),
    },
  );
}

const owned = (one: DetectionRunner): number[] =>
  [...one.followers].map(({ partition }) => partition).sort((a, b) => a - b);

describe('the owners of partitions', () => {
  it('take all of them when they are alone', async () => {
    const alone = runner('a');
    await alone.tendLeases();
    expect(owned(alone)).toEqual([0, 1, 2, 3]);
  });

  it('give the surplus back when another comes, and share evenly', async () => {
    const first = runner('a');
    const second = runner('b');
    await first.tendLeases();
    live = 2;
    await second.tendLeases();
    expect(owned(second)).toEqual([]);

    await first.tendLeases();
    await first.round();
    await second.tendLeases();

    expect([owned(first).length, owned(second).length]).toEqual([2, 2]);
    expect([...owned(first), ...owned(second)].sort()).toEqual([0, 1, 2, 3]);
  });

  it('free their partitions at once when they stop', async () => {
    const first = runner('a');
    await first.tendLeases();
    await first.stop();
    const second = runner('b');
    await second.tendLeases();
    expect(owned(second)).toEqual([0, 1, 2, 3]);
  });

  it('are followed by others when their leases run out, and find that out', async () => {
    const frozen = runner('a');
    await frozen.tendLeases();
    const heir = runner('b');
    while (owned(heir).length < PARTITIONS) {
      await heir.tendLeases();
      await delay(20);
    }
    await frozen.tendLeases();
    expect(owned(frozen)).toEqual([]);
    expect(owned(heir)).toEqual([0, 1, 2, 3]);
  });
});
