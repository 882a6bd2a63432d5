import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRedisInstalled, freePort, type Fsync } from '@watchfloor/redis';
import type { Part } from '../up/part';
import { problemOf } from '../up/problem-line';
import { apiPart, type Surroundings, workerNames } from '../up/programs';
import { waitUntilReady } from '../up/readiness.probe';
import { RedisPart } from '../up/redis-part.lifecycle';
import { Supervisor } from '../up/supervisor.lifecycle';

const readyWithinMs = 120_000;
/** An overloaded machine can make thousands; the first tell which. */
const shownProblems = 10;

/** A system of its own for one benchmark: each role in its own process, so that each has its own figures. */
export class BenchSystem {
  private readonly supervisor = new Supervisor(() => undefined);
  private readonly folder: string;
  private readonly parts = new Map<string, Part[]>();

  private constructor(
    root: string,
    private readonly say: (line: string) => void,
    readonly edge: string,
    readonly gateway: string,
  ) {
    // On the disk where the real data would be: a folder in memory would make fsync free.
    this.folder = join(root, '.watchfloor', `bench-${process.pid}`);
  }

  /** @param workers worker processes */
  static async start(
    root: string,
    { fsync, workers }: { fsync: Fsync; workers: number },
    say: (line: string) => void,
  ): Promise<BenchSystem> {
    await ensureRedisInstalled(say);
    const edgePort = await freePort();
    const gatewayPort = await freePort();
    const at = (port: number) => `http://127.0.0.1:${port}`;
    const system = new BenchSystem(root, say, at(edgePort), at(gatewayPort));
    try {
      await system.startParts(root, { fsync, workers, edgePort, gatewayPort });
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  /** Warnings and errors that its parts have printed. */
  problems = 0;

  /** Where its Redis is. */
  redisUrl = '';

  /** Rejects when a part ends by itself: figures of a system that lost one say nothing. */
  get lost(): Promise<never> {
    return this.supervisor.startupDeath;
  }

  /** Process ids by role, this process included as the driver. */
  processes(): Map<string, readonly number[]> {
    const running = [...this.parts].map(([role, parts]): [string, number[]] => [
      role,
      parts.map(({ pid }) => pid ?? 0),
    ]);
    return new Map([...running, ['driver', [process.pid]]]);
  }

  async stop(): Promise<void> {
    await this.supervisor.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startParts(
    root: string,
    {
      fsync,
      workers,
      edgePort,
      gatewayPort,
    }: { fsync: Fsync; workers: number; edgePort: number; gatewayPort: number },
  ): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const redis = new RedisPart({ folder: join(this.folder, 'redis'), durability: fsync });
    await this.add('redis', redis);
    this.redisUrl = redis.url;
    const around: Surroundings = {
      root,
      logs: this.folder,
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        REDIS_URL: redis.url,
        CACHE_DIR: process.env['CACHE_DIR'] || join(root, '.watchfloor', 'cache'),
      },
      onLine: (part, line, stream) => {
        const problem = problemOf(line, stream);
        if (problem !== undefined) this.report(`[${part}] ${problem}`);
      },
    };
    for (const name of workerNames(workers)) await this.add('worker', apiPart(around, name, 'worker', 0));
    await this.add('edge', apiPart(around, 'edge', 'edge', edgePort));
    await this.add('gateway', apiPart(around, 'gateway', 'gateway', gatewayPort));
    const died = new AbortController();
    this.supervisor.startupDeath.catch((error: unknown) => died.abort(error));
    for (const url of [this.edge, this.gateway]) {
      await waitUntilReady(`${url}/health/ready`, readyWithinMs, died.signal);
    }
  }

  private report(problem: string): void {
    this.problems += 1;
    if (this.problems <= shownProblems) this.say(problem);
  }

  private async add(role: string, part: Part): Promise<void> {
    this.parts.set(role, [...(this.parts.get(role) ?? []), part]);
    await this.supervisor.start(part);
  }
}
