import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Snapshot, SNAPSHOT_WINDOWS } from '@watchfloor/contracts';
import { Pool } from 'undici';
import { BenchSystem } from './bench-system.lifecycle';
import { bodyAt, generateBatches } from './bench-lines';
import { cpuSecondsOf } from './process-usage.probe';
import { spreadOf } from './time-spread';

/**
 * Second half of `npm run bench:windows`: how long `GET /snapshot` and `GET /timeline` take over HTTP with each filter, from a system of
 * its own that keeps as many recent events as it may. Exit code 1 where the 95th percentile of one lies above `mostMs`.
 */
const root = resolve(process.argv[2] ?? '.');
const mostMs = 50;
/** Eight partitions keep 5 000 events each: more are sent, so that all of them are full. */
const batches = 90;
const linesPerBatch = 1_000;
const asks = 60;
const warmUps = 5;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Filters by name. Targets and users are those of the benchmark's lines. @param source one that has many events */
const filtersWith = (source: string): Readonly<Record<string, string>> => ({
  'no filter': '',
  'category and outcome': '&category=authentication&outcome=failure',
  country: '&country=US',
  source: `&source=${source}`,
  'source that never was': '&source=203.0.113.1',
  target: '&target=gate-1',
  user: '&user=root',
  'target and user': '&target=gate-1&user=root',
});

async function textOf(pool: Pool, path: string): Promise<string> {
  const { statusCode, body } = await pool.request({ path: `/api/v1${path}`, method: 'GET' });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}: ${text}`);
  return text;
}

async function fill(edge: Pool, gateway: Pool): Promise<void> {
  const bodies = generateBatches(batches, { lines: linesPerBatch, seed: 1, mix: 'ordinary' });
  for (const batch of bodies) {
    const { statusCode, body } = await edge.request({
      path: `/api/v1/logs/${batch.dataset}`,
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: bodyAt(batch, Date.now()),
    });
    await body.dump();
    if (statusCode !== 202) throw new Error(`The edge answered ${statusCode}`);
    await delay(50);
  }
  for (;;) {
    const { aggregated } = JSON.parse(await textOf(gateway, '/ledger')) as { aggregated: number };
    if (aggregated >= batches * linesPerBatch) return;
    await delay(200);
  }
}

/** What some asks took, one after another: milliseconds each, and CPU of the gateway for all. */
interface Taken {
  readonly times: readonly number[];
  readonly cpuMs: number;
}

async function measured(pool: Pool, gatewayPid: number, paths: readonly string[]): Promise<Taken> {
  const times: number[] = [];
  const cpuBefore = cpuSecondsOf(gatewayPid) ?? 0;
  for (let ask = 0; ask < asks; ask++) {
    const began = performance.now();
    await textOf(pool, paths[ask % paths.length] as string);
    times.push(performance.now() - began);
  }
  return { times, cpuMs: ((cpuSecondsOf(gatewayPid) ?? 0) - cpuBefore) * 1_000 };
}

/** Says how long it took; false where that is too long. */
function report(name: string, { times, cpuMs }: Taken): boolean {
  const { text, p95 } = spreadOf(times);
  say(`${name.padEnd(44)} ${text}  gateway CPU ${(cpuMs / times.length).toFixed(1)} ms each`);
  return p95 <= mostMs;
}

async function measureAll(gateway: Pool, pid: number): Promise<boolean> {
  const within: boolean[] = [];
  const ask = async (name: string, paths: readonly string[]): Promise<void> =>
    void within.push(report(name, await measured(gateway, pid, paths)));
  const { topSources } = JSON.parse(await textOf(gateway, '/snapshot?window=15m')) as Snapshot;
  const filters = Object.entries(filtersWith(topSources[0]?.key ?? ''));
  const began = performance.now();
  await textOf(gateway, '/snapshot?window=15m&country=US');
  say(`first answer from kept events ${(performance.now() - began).toFixed(1)} ms`);
  // A gateway that has just started runs code that is not compiled yet.
  for (let round = 0; round < warmUps; round++)
    for (const [, filter] of filters) await textOf(gateway, `/snapshot?window=15m${filter}`);
  for (const [name, filter] of filters) {
    const windows = Object.keys(SNAPSHOT_WINDOWS);
    await ask(
      `GET /snapshot, any range, ${name}`,
      windows.map((window) => `/snapshot?window=${window}${filter}`),
    );
  }
  for (const [name, filter] of filters) {
    await ask(
      `GET /timeline, ${name}`,
      ['1s', '10s', '1m'].map((step) => `/timeline?step=${step}${filter}`),
    );
  }
  return within.every(Boolean);
}

async function main(): Promise<void> {
  const system = await BenchSystem.start(root, { fsync: 'everysec', workers: 1 }, say);
  const edge = new Pool(system.edge);
  const gateway = new Pool(system.gateway);
  try {
    await fill(edge, gateway);
    const [pid = 0] = system.processes().get('gateway') ?? [];
    if (!(await measureAll(gateway, pid))) {
      say(`The 95th percentile of an answer lies above ${mostMs} ms`);
      process.exitCode = 1;
    }
  } finally {
    await Promise.all([edge.close(), gateway.close()]);
    await system.stop();
  }
}

void main();
