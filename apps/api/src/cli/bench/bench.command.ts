import { arch, cpus, platform, totalmem } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Ledger } from '@watchfloor/contracts';
import { findRedisServer } from '@watchfloor/redis';
import { readConfig, type Config } from '../../config';
import { createEnricher } from '../../pipeline/processing/enrich';
import { openGeoTable } from '../../pipeline/processing/geoip.store';
import { openNetworkTable } from '../../pipeline/processing/networks.store';
import { parseDuration } from '../duration';
import type { Terminal } from '../terminal';
import { BenchDriver, type Rate } from './bench-driver.publisher';
import { benchMixes, generateBatches, type BenchBatch, type BenchMix } from './bench-lines';
import { formatReport, type BenchReport } from './bench-report';
import { BenchSystem } from './bench-system.lifecycle';
import { DetectionRecord } from './detection-record.probe';
import { LatencyRecord } from './latency-record';
import { LiveCounter } from './live-counter.consumer';
import { measureLoop, PlainLoop } from './plain-loop';
import { UsageRecord } from './process-usage.probe';

const linesPerBatch = 1_000;
const preparedBatches = 64;
const seed = 20_260_105;
const warmUpMs = 5_000;
const catchUpWithinMs = 120_000;
const longestLoopMs = 10_000;

interface BenchOptions {
  readonly duration: number;
  readonly rate: Rate;
  readonly connections: number;
  readonly mix: BenchMix;
  readonly json?: true;
}

/** `bench`: measures this machine end to end, with a Redis and an api of its own. */
export function registerBench(program: Command, root: string, terminal: Terminal): void {
  program
    .command('bench')
    .description('measure this machine end to end: throughput, latency, CPU and memory')
    .option('--duration <time>', 'how long to measure, e.g. 30s or 2m', readDuration, 30_000)
    .option('--rate <events/s|max>', 'events a second, or as fast as they are accepted', readRate, 'max')
    .option('--connections <n>', 'HTTP connections of the driver', readCount, 4)
    .addOption(
      new Option(
        '--mix <mix>',
        'what the lines tell: ordinary traffic with some attackers, or all sources attacking',
      )
        .choices(benchMixes)
        .default('ordinary'),
    )
    .option('--json', 'print one JSON object')
    .action(async (options: BenchOptions) => {
      const report = await bench(root, options, (line) => terminal.note(`bench: ${line}`));
      terminal.print(options.json ? JSON.stringify(report) : formatReport(report));
    });
}

async function bench(root: string, options: BenchOptions, say: (line: string) => void): Promise<BenchReport> {
  const config = readConfig();
  const batches = generateBatches(preparedBatches, { lines: linesPerBatch, seed, mix: options.mix });
  say('starting Redis, edge, worker and gateway');
  const system = await BenchSystem.start(root, { fsync: config.redisFsync, workers: config.workers }, say);
  const stopEarly = () => void system.stop().then(() => process.exit(130));
  process.once('SIGINT', stopEarly).once('SIGTERM', stopEarly);
  let measured: Measured;
  try {
    measured = await Promise.race([measure(system, batches, options, say), system.lost]);
  } finally {
    process.off('SIGINT', stopEarly).off('SIGTERM', stopEarly);
    await system.stop();
  }
  if (system.problems > 0) say(`the system warned ${system.problems} times; it may be short of CPU or disk`);
  say('measuring the same work in one plain loop');
  const limit = await measureLimit(config, batches, Math.min(options.duration, longestLoopMs));
  return {
    ...measured,
    limit: { eventsPerSecond: Math.round(limit) },
    ratioToLimit: Number((measured.eventsPerSecond / limit).toFixed(3)),
    redis: { version: findRedisServer()?.version ?? '', fsync: config.redisFsync },
    machine: describeMachine(),
  };
}

type Measured = Omit<BenchReport, 'limit' | 'ratioToLimit' | 'redis' | 'machine'>;

async function measure(
  system: BenchSystem,
  batches: readonly BenchBatch[],
  { duration, rate, connections, mix }: BenchOptions,
  say: (line: string) => void,
): Promise<Measured> {
  const counter = await LiveCounter.open(system.gateway);
  const driver = new BenchDriver({
    edge: system.edge,
    batches,
    connections,
    rate,
    run: `bench-${process.pid}`,
  });
  const record = new LatencyRecord(counter.total);
  counter.onTotal((total, at) => record.counted(total, at));
  const usage = new UsageRecord(system.processes());
  const rules = new DetectionRecord(system.gateway);
  const phase = async (durationMs: number, isMeasured: boolean) => {
    let events = 0;
    await driver.drive(durationMs, ({ accepted, sentAt }) => {
      events += accepted;
      record.accepted(accepted, sentAt, isMeasured);
    });
    await counter.until(() => record.isDrained, catchUpWithinMs);
    return events;
  };
  try {
    say(`warming up for ${warmUpMs / 1000} s`);
    await phase(warmUpMs, false);
    say(`measuring for ${duration / 1000} s`);
    usage.begin();
    rules.begin();
    const began = performance.now();
    const events = await phase(duration, true);
    const seconds = (performance.now() - began) / 1000;
    const spent = usage.end();
    const detection = await rules.end(catchUpWithinMs);
    return {
      // To the moment at which the last event is counted: what is accepted and not yet counted is no throughput.
      eventsPerSecond: Math.round(events / seconds),
      latencyMs: record.percentiles(),
      durationSeconds: Number(seconds.toFixed(2)),
      events,
      ledger: await readLedger(system.gateway),
      detection: detection && {
        ...detection,
        eventsPerSecond:
          detection.caughtUpSeconds === null
            ? null
            : Math.round(events / (seconds + detection.caughtUpSeconds)),
      },
      ...spent,
      load: {
        rate,
        mix,
        connections,
        linesPerBatch,
        refusals: driver.refusals,
        liveLosses: counter.losses,
      },
    };
  } finally {
    counter.close();
    await driver.close();
  }
}

async function readLedger(gateway: string): Promise<BenchReport['ledger']> {
  const response = await fetch(`${gateway}/api/v1/ledger`);
  const { balanced, edge, aggregated, deadLettered, inFlight } = (await response.json()) as Ledger;
  return { balanced, accepted: edge.accepted, aggregated, deadLettered, inFlight };
}

async function measureLimit(
  config: Config,
  batches: readonly BenchBatch[],
  durationMs: number,
): Promise<number> {
  const geo = await openGeoTable(config.cacheDir, config.geoipCityDb);
  const networks = await openNetworkTable(config.cacheDir);
  const loop = new PlainLoop(createEnricher({ geo: geo.table, networks: networks.table }));
  return measureLoop(loop, batches, { now: Date.now(), durationMs, clock: () => performance.now() });
}

function describeMachine(): BenchReport['machine'] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryMb: Math.floor(totalmem() / 1024 / 1024),
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
  };
}

function readDuration(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined) throw new InvalidArgumentError('A duration is e.g. 30s, 500ms or 2m.');
  return durationMs;
}

function readRate(text: string): Rate {
  if (text === 'max') return text;
  return readCount(text);
}

function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1) throw new InvalidArgumentError('A whole number from 1 on, please.');
  return count;
}
