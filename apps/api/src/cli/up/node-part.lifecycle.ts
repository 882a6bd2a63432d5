import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { processGuard } from '@watchfloor/redis';
import type { Part } from './part';

export type OutputStream = 'stdout' | 'stderr';

export interface NodePartOptions {
  readonly name: string;
  /** Built script, absolute. */
  readonly script: string;
  readonly args: readonly string[];
  /** Options of Node itself, beside those that every program has. */
  readonly nodeOptions?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File that gets everything the process prints. */
  readonly logFile: string;
  /** How long it may drain after SIGTERM, ms. */
  readonly graceMs: number;
  /** Gets every line that it prints. */
  readonly onLine: (line: string, stream: OutputStream) => void;
}

/** One of our Node programs as a child process, in a group of its own so that Ctrl+C does not reach it before its turn. */
export class NodePart implements Part {
  private child: ChildProcess | undefined;
  private log: WriteStream | undefined;
  private readonly listeners: ((how: string) => void)[] = [];

  constructor(private readonly options: NodePartOptions) {}

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  onExit(listener: (how: string) => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    const { script, args, env, nodeOptions = [] } = this.options;
    const child = spawn(process.execPath, [...commonOptions, ...nodeOptions, script, ...args], {
      env: { ...commonEnvironment, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    processGuard.protect(child);
    this.child = child;
    this.keepOutput(child);
    child.once('exit', (code, signal) => {
      this.child = undefined;
      for (const listener of this.listeners) listener(signal ?? `code ${code}`);
    });
    await once(child, 'spawn');
  }

  async stop(): Promise<string> {
    const { child } = this;
    if (child === undefined) return 'was not running';
    const { graceMs } = this.options;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = new AbortController();
    const late = delay(graceMs, 'late', { signal: timer.signal }).catch(() => 'in time');
    const outcome = await Promise.race([exited, late]);
    timer.abort();
    if (outcome !== 'late') return 'stopped';
    child.kill('SIGKILL');
    await exited;
    return `killed after ${graceMs / 1000} s`;
  }

  private keepOutput(child: ChildProcess): void {
    this.log ??= createWriteStream(this.options.logFile, { flags: 'a' });
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = child[stream];
      if (input === null) continue;
      createInterface({ input, crlfDelay: Infinity }).on('line', (line) => {
        this.log?.write(`${line}\n`);
        this.options.onLine(line, stream);
      });
    }
  }
} /**
 * Bodies of batches are allocated on one thread and freed on another. With an arena for each, glibc keeps what was freed in all of
 * them: under a flood of a million sources a worker took 915 MB, with two arenas 740 MB.
 */
const commonEnvironment = { MALLOC_ARENA_MAX: '2' };

/**
 * A batch lives through several collections of the default nursery of 16 MB and is copied each time; with 32 MB most are garbage
 * before the first, which is worth a tenth of the worker's time.
 */
const commonOptions = ['--enable-source-maps', '--max-semi-space-size=32'];
