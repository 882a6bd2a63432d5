import { spawnSync } from 'node:child_process';

/** `XTRIM MINID`, on which trimming below the slowest cursor rests, came with 6.2. Valkey began at 7.2. */
const oldestSupported = [6, 2] as const;

/** A Redis-compatible server that this machine can start. */
export interface RedisServer {
  /** Name on the PATH. */
  readonly command: string;
  /** As it prints it, e.g. `7.0.15`. */
  readonly version: string;
  readonly supported: boolean;
}

/** Finds `redis-server`, else `valkey-server`, on the PATH by asking each for its version. */
export function findRedisServer(): RedisServer | undefined {
  for (const command of ['redis-server', 'valkey-server']) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const version = status === 0 ? /v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
    if (version !== undefined) return { command, version, supported: isSupported(version) };
  }
  return undefined;
}

/** Whether a server of this version has every command that the scripts use. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestSupported[0] || (major === oldestSupported[0] && minor >= oldestSupported[1]);
}
