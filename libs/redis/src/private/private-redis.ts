import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findRedisServer } from './find-server';
import { freePort } from './free-port';
import { processGuard } from './process-guard';
import { maxmemoryFor, serverArguments, type ServerSettings } from './server-settings';
import { waitForRedis, withConnection } from './wait-for-redis';

export interface PrivateRedisOptions {
  /** Absolute; made if it does not exist. */
  readonly folder: string;
  readonly durability: ServerSettings['durability'];
  /** A free one when absent. */
  readonly port?: number;
  /** 65 % of the memory of the machine or container when absent. */
  readonly maxmemoryBytes?: number;
  readonly cluster?: boolean;
  /** How long it may load its file, ms. */
  readonly readyWithinMs?: number;
}

/** A Redis of our own: loopback, own port, own folder. It does not outlive the process that started it. */
export class PrivateRedis {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly command: string,
    private readonly settings: ServerSettings,
    private readonly readyWithinMs: number,
  ) {}

  /** Starts one and resolves when it answers. Rejects with the end of its log when it does not come up. */
  static async start(options: PrivateRedisOptions): Promise<PrivateRedis> {
    const server = findRedisServer();
    if (server === undefined) throw new Error('No redis-server and no valkey-server on the PATH.');
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const settings = {
      folder: options.folder,
      durability: options.durability,
      port: options.port ?? (await freePort()),
      maxmemoryBytes: options.maxmemoryBytes ?? maxmemoryFor(availableMemory()),
      cluster: options.cluster ?? false,
    };
    const redis = new PrivateRedis(server.command, settings, options.readyWithinMs ?? 60_000);
    await redis.restart();
    return redis;
  }

  get port(): number {
    return this.settings.port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.settings.port}`;
  }

  /** Undefined while it is not running. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it again on the same port and folder; resolves when it has loaded its file and answers. */
  async restart(): Promise<void> {
    if (this.child !== undefined) throw new Error('This Redis is running.');
    const child = spawn(this.command, serverArguments(this.settings), { stdio: 'ignore', detached: true });
    processGuard.protect(child);
    this.child = child;
    const gone = new AbortController();
    const leave = (reason: string) => {
      if (this.child === child) this.child = undefined;
      gone.abort(new Error(`${this.command} ${reason}. Its log ends:\n${this.logTail()}`));
    };
    child.once('error', (error) => leave(`could not be started (${error.message})`));
    child.once('exit', (code, signal) => leave(`ended (${signal ?? `code ${code}`})`));
    child.unref();
    try {
      await waitForRedis({
        port: this.settings.port,
        pid: child.pid,
        timeoutMs: this.readyWithinMs,
        signal: gone.signal,
      });
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Resolves when it is gone with how it ended (`SIGKILL`, `code 1`); at once when it is not running. */
  async exited(): Promise<string> {
    const { child } = this;
    if (child === undefined) return 'was not running';
    child.ref();
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal ?? `code ${code}`;
  }

  /** Ends it as a crash would: no flush, no goodbye. */
  async kill9(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited();
  }

  /** Freezes it, as a stopped virtual machine would, until `resume`. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends it cleanly: the append-only file is on disk, no dump is written. Kills it after ten seconds. */
  async stop(): Promise<void> {
    if (this.child === undefined) return;
    const exited = this.exited();
    this.child.kill('SIGCONT');
    await withConnection(this.settings.port, (connection) => connection.call('SHUTDOWN', 'NOSAVE')).catch(
      () =>
        // The connection always breaks: that is its answer. Where it never came about, the signal does the same.
        this.child?.kill('SIGTERM'),
    );
    const timer = new AbortController();
    await Promise.race([exited, delay(10_000, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    await this.kill9();
  }

  private logTail(): string {
    try {
      return readFileSync(join(this.settings.folder, 'redis.log'), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(-5)
        .join('\n');
    } catch {
      return '(no log was written)';
    }
  }
}

/** Memory in bytes that this process may count on: the machine's, or its container's limit. */
function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
