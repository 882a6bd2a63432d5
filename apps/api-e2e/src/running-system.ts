import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@watchfloor/redis';

/** Root of the workspace. */
export const workspaceRoot = resolve(__dirname, '..', '..', '..');

/** The command line tool. */
export const watchfloor = join(workspaceRoot, 'bin', 'watchfloor');

/** `bin/watchfloor up` of the built system, as a user starts it, on a port of its own. */
export class RunningSystem {
  output = '';

  private constructor(
    readonly process: ChildProcess,
    readonly url: string,
    /** Its data and logs; a temporary folder. */
    readonly folder: string,
  ) {
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
  }

  /** Starts it and resolves when it says that it runs. */
  static async start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<RunningSystem> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'watchfloor-e2e-'));
    const child = spawn(
      process.execPath,
      [watchfloor, 'up', '--port', String(port), '--folder', folder, ...args],
      {
        cwd: workspaceRoot,
        env: { CACHE_DIR: join(workspaceRoot, '.watchfloor', 'cache'), ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const system = new RunningSystem(child, `http://127.0.0.1:${port}`, folder);
    await system.untilSaid(/Watchfloor is running/);
    return system;
  }

  /** Resolves when its output matches. Rejects when it ends before. */
  async untilSaid(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`It ended without saying ${pattern}:\n${this.output}`);
      }
      await delay(20);
    }
  }

  /** Process ids of its children by what they run: `redis`, `api`, `worker` (the api's second process), `simulator`. */
  children(): Map<string, number> {
    const found = new Map<string, number>();
    for (const { pid, command, roles } of processes(this.process.pid ?? 0)) {
      if (/redis-server|valkey-server/.test(command)) found.set('redis', pid);
      else if (command.includes('apps/simulator/')) found.set('simulator', pid);
      else if (command.includes('apps/api/')) found.set(roles === 'worker' ? 'worker' : 'api', pid);
    }
    return found;
  }

  /** Kills it, if it still runs, waits until its children are gone too, and removes its folder. */
  async dispose(): Promise<void> {
    const children = [...this.children().values()];
    await this.end('SIGKILL');
    await until(() => !children.some(isAlive));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Sends a signal and resolves with the exit code, null after death by signal. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
    return this.process.exitCode;
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when `holds` does; asks every 20 ms. The test's own time limit ends it otherwise. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}

interface Child {
  readonly pid: number;
  readonly command: string;
  readonly roles: string | undefined;
}

function processes(parent: number): Child[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        if (!status.includes(`PPid:\t${parent}\n`)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const roles = /(?:^|\0)ROLES=([^\0]*)/.exec(readFileSync(`/proc/${name}/environ`, 'utf8'))?.[1];
        return [{ pid: Number(name), command, roles }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
