import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, Keyspace, type RedisConnection, untilReady } from '@watchfloor/redis';
import { Pool } from 'undici';
import { readConfig } from '../../config';
import { STEPS } from '../../pipeline/aggregation/window-book';
import { windowsKey } from '../../pipeline/aggregation/window.store';
import { LIVE_TIMELINE } from '../../pipeline/topology';
import { BenchSystem } from './bench-system.lifecycle';
import { floodLines } from './flood-lines';
import { LiveCounter } from './live-counter.consumer';
import { cpuSecondsOf, residentMbOf } from './process-usage.probe';

/**
 * `npm run soak [-- MINUTES] [EVENTS_PER_SECOND]`: floods a system of its own with a million sources, users and paths while a screen
 * follows it, and prints every 10 s what each process and Redis take, how much of that are stored windows (they grow up to
 * `WINDOW_MEMORY_MB` while retention fills), and how steady frames and snapshots are.
 */
const minutes = Number(process.argv[3] ?? 10);
const rate = Number(process.argv[4] ?? 10_000);
const root = resolve(process.argv[2] ?? '.');
const linesPerRequest = 1_000;
const lanes = 4;
const reportEveryMs = 10_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

class Flood {
  readonly #pool: Pool;
  #next = 0;
  accepted = 0;
  refused = 0;

  constructor(edge: string) {
    this.#pool = new Pool(edge, { connections: lanes, pipelining: 1 });
  }

  async drive(until: number): Promise<void> {
    const began = Date.now();
    await Promise.all(Array.from({ length: lanes }, () => this.#lane(began, until)));
    await this.#pool.close();
  }

  async #lane(began: number, until: number): Promise<void> {
    for (;;) {
      const number = this.#next++;
      const due = began + (number * linesPerRequest * 1_000) / rate;
      if (due >= until) return;
      await delay(Math.max(0, due - Date.now()));
      await this.#send(number);
    }
  }

  async #send(number: number): Promise<void> {
    for (;;) {
      const { statusCode, headers, body } = await this.#pool.request({
        path: '/api/v1/logs/nginx.access',
        method: 'POST',
        headers: { 'content-type': 'text/plain', 'idempotency-key': `flood-${process.pid}-${number}` },
        body: floodLines(number * linesPerRequest, linesPerRequest, Date.now()),
      });
      const text = await body.text();
      if (statusCode === 202) {
        this.accepted += (JSON.parse(text) as { accepted: number }).accepted;
        return;
      }
      if (statusCode !== 429 && statusCode !== 503)
        throw new Error(`The edge answered ${statusCode}: ${text}`);
      this.refused++;
      await delay(Number(headers['retry-after'] ?? 1) * 1_000);
    }
  }
}

/** Gaps between the frames that a screen gets. */
class Screen {
  #last = performance.now();
  #longestMs = 0;
  #frames = 0;

  constructor(counter: LiveCounter) {
    counter.onTotal((_, at) => {
      this.#longestMs = Math.max(this.#longestMs, at - this.#last);
      this.#last = at;
      this.#frames++;
    });
  }

  /** What came since the last report. */
  report(): string {
    const said = `${this.#frames} frames, ${Math.round(this.#longestMs)} ms apart at the most`;
    [this.#longestMs, this.#frames] = [0, 0];
    return said;
  }
}

/** What Redis takes in all, and what of it stored windows take. */
async function redisMemory(url: string): Promise<string> {
  const redis = connectRedis(url, 'append');
  try {
    await untilReady(redis);
    const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
    const mb = (bytes: number): number => Math.round(bytes / 2 ** 20);
    return `used_memory ${mb(used)} MB, of which windows ${mb(await windowBytes(redis))} MB`;
  } finally {
    redis.disconnect();
  }
}

async function windowBytes(redis: RedisConnection): Promise<number> {
  const { keyPrefix, partitions } = readConfig();
  const keyspace = new Keyspace(keyPrefix, partitions);
  let bytes = 0;
  for (let partition = 0; partition < partitions; partition++) {
    for (const step of STEPS) {
      const key = keyspace.of(partition, windowsKey(LIVE_TIMELINE, step));
      bytes += (await redis.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
    }
  }
  return bytes;
}

async function snapshotOf(gateway: string): Promise<string> {
  const began = performance.now();
  const answer = await fetch(`${gateway}/api/v1/snapshot?window=15m`);
  const { totals, distinct } = (await answer.json()) as {
    totals: { allEvents: number; events: number };
    distinct: { sources: object };
  };
  const ms = Math.round(performance.now() - began);
  return `aggregated ${totals.allEvents}, 15 min ${totals.events}, sources ${JSON.stringify(distinct.sources)} in ${ms} ms`;
}

async function main(): Promise<void> {
  const system = await BenchSystem.start(root, { fsync: 'everysec', workers: 1 }, say);
  const counter = await LiveCounter.open(system.gateway);
  try {
    const screen = new Screen(counter);
    const flood = new Flood(system.edge);
    const began = Date.now();
    const driving = flood.drive(began + minutes * 60_000);
    const report = async (): Promise<void> => {
      const processes = [...system.processes()].map(
        ([name, [pid = 0]]) =>
          `${name} ${Math.round(residentMbOf(pid) ?? 0)} MB ${Math.round(cpuSecondsOf(pid) ?? 0)} s`,
      );
      const seconds = Math.round((Date.now() - began) / 1_000);
      say(`${seconds} s: ${processes.join(', ')}, ${await redisMemory(system.redisUrl)}`);
      say(
        `  accepted ${flood.accepted}, refused requests ${flood.refused}, ${await snapshotOf(system.gateway)}, ${screen.report()}`,
      );
    };
    let over = false;
    void driving.finally(() => (over = true)).catch(() => undefined);
    while (!over) {
      await Promise.race([delay(reportEveryMs), driving, system.lost]);
      await report();
    }
    await driving;
  } finally {
    counter.close();
    await system.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`soak: ${String(error)}\n`);
  process.exitCode = 1;
});
