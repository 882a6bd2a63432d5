import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, untilReady } from '@watchfloor/redis';
import { Pool } from 'undici';
import { BenchSystem } from './bench-system.lifecycle';
import { floodLines } from './flood-lines';
import { cpuSecondsOf, residentMbOf } from './process-usage.probe';

/**
 * `npm run soak [-- MINUTES] [EVENTS_PER_SECOND]`: floods a system of its own with a million sources, users and paths and prints every 10 s
 * what each process and Redis take.
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

async function usedMb(url: string): Promise<number> {
  const redis = connectRedis(url, 'append');
  try {
    await untilReady(redis);
    return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]) / 2 ** 20;
  } finally {
    redis.disconnect();
  }
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
  try {
    const flood = new Flood(system.edge);
    const began = Date.now();
    const driving = flood.drive(began + minutes * 60_000);
    const report = async (): Promise<void> => {
      const processes = [...system.processes()].map(
        ([name, [pid = 0]]) =>
          `${name} ${Math.round(residentMbOf(pid) ?? 0)} MB ${Math.round(cpuSecondsOf(pid) ?? 0)} s`,
      );
      const redis = Math.round(await usedMb(system.redisUrl));
      say(`${Math.round((Date.now() - began) / 1_000)} s: ${processes.join(', ')}, used_memory ${redis} MB`);
      say(
        `  accepted ${flood.accepted}, refused requests ${flood.refused}, ${await snapshotOf(system.gateway)}`,
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
    await system.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`soak: ${String(error)}\n`);
  process.exitCode = 1;
});
