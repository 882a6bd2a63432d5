import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ledger, Snapshot } from '@watchfloor/contracts';
import { until, workspaceRoot } from './running-system';

const entry = join(workspaceRoot, 'dist', 'apps', 'api', 'main.js');

/** One process of the built api with the roles and settings that a test gives it. It dies with the test at the latest. */
export class ApiProcess {
  output = '';

  private constructor(readonly process: ChildProcess) {
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
  }

  static start(env: Record<string, string>): ApiProcess {
    const child = spawn(process.execPath, [entry], {
      cwd: workspaceRoot,
      env: {
        CACHE_DIR: join(workspaceRoot, '.watchfloor', 'cache'),
        ...process.env,
        LOG_LEVEL: 'warn',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ApiProcess(child);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends it as a crash would. */
  async kill9(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }
}

/** What a test asks of a running api over HTTP. */
export class ApiClient {
  constructor(readonly url: string) {}

  async untilReady(): Promise<void> {
    await until(() =>
      fetch(`${this.url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  /** Sends lines under a key until they are stored, as a client must: same key, same body, after any failure. */
  async sendUntilStored(dataset: string, key: string, body: string): Promise<void> {
    await until(async () => {
      const response = await this.send(dataset, key, body).catch(() => undefined);
      return response?.status === 202;
    });
  }

  async send(dataset: string, key: string, body: string): Promise<Response> {
    return fetch(`${this.url}/api/v1/logs/${dataset}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'idempotency-key': key },
      body,
      signal: AbortSignal.timeout(15_000),
    });
  }

  async ledger(): Promise<Ledger> {
    return this.#get<Ledger>('ledger');
  }

  async snapshot(query: string): Promise<Snapshot> {
    return this.#get<Snapshot>(`snapshot?${query}`);
  }

  /** The snapshot once it counts all `events` aggregated so far: the gateway follows commits a tenth of a second behind. */
  async snapshotOf(events: number, query: string): Promise<Snapshot> {
    await until(async () => (await this.snapshot(query)).totals.allEvents >= events);
    return this.snapshot(query);
  }

  /** Resolves when nothing is in flight, or when it has been the same for `stuckAfterMs`. */
  async untilDrained(stuckAfterMs = 20_000): Promise<Ledger> {
    let last = await this.ledger();
    let movedAt = performance.now();
    await until(async () => {
      const ledger = await this.ledger();
      if (ledger.aggregated !== last.aggregated || ledger.inFlight !== last.inFlight)
        movedAt = performance.now();
      last = ledger;
      return ledger.inFlight === 0 || performance.now() - movedAt > stuckAfterMs;
    });
    return last;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
