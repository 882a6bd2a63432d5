import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const workspaceRoot = resolve(__dirname, '../../..');
const watchfloor = join(workspaceRoot, 'bin', 'watchfloor');

/** `bin/watchfloor up --no-demo` as a user starts it, with a port and a folder of its own. */
export class RunningSystem {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** Starts it and resolves when it says that it runs; rejects with its output when it ends before. */
  static async start(): Promise<RunningSystem> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'watchfloor-dashboard-e2e-'));
    const args = [watchfloor, 'up', '--no-demo', '--port', String(port), '--folder', folder];
    const child = spawn(process.execPath, args, { cwd: workspaceRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    await untilRunning(child);
    return new RunningSystem(child, folder, `http://127.0.0.1:${port}`);
  }

  /** Runs one scenario of the library to its end. */
  async simulate(scenario: string, ...options: string[]): Promise<void> {
    const args = [watchfloor, 'simulate', scenario, '--target', this.url, ...options];
    const child = spawn(process.execPath, args, { cwd: workspaceRoot, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = collect(child);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`simulate ${scenario} ended with ${code}:\n${said()}`);
  }

  /** Stops everything that it started. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exited = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function collect(child: ChildProcess): () => string {
  let output = '';
  const keep = (chunk: Buffer) => (output += chunk.toString());
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

function untilRunning(child: ChildProcess): Promise<void> {
  const output = collect(child);
  return new Promise((resolvePromise, reject) => {
    const look = () => {
      if (output().includes('Watchfloor is running')) resolvePromise();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', () => reject(new Error(`The system ended before it ran:\n${output()}`)));
  });
}

/** A port of the loopback interface that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
