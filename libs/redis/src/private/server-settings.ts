/** When Redis forces the append-only file to the disk: before it answers, or once a second. */
export type Fsync = 'always' | 'everysec';

export interface ServerSettings {
  readonly port: number;
  /** Absolute folder for the append-only file, the dump and the log. */
  readonly folder: string;
  /** `none` keeps nothing on disk: for tests that never restart Redis. */
  readonly durability: Fsync | 'none';
  readonly maxmemoryBytes: number;
  readonly cluster?: boolean;
}

/** Share of the memory that the private Redis may use; the rest is for copy-on-write while the file is rewritten, and for us. */
const memoryShare = 0.65;

/** `maxmemory` in bytes for a machine (or container) with this much memory. */
export function maxmemoryFor(memoryBytes: number): number {
  return Math.floor(memoryBytes * memoryShare);
}

/**
 * Command line of a private Redis. It listens on loopback only, never evicts (an evicted stream entry is a lost event), and
 * rewrites its append-only file seldom, because streams are trimmed all the time and each rewrite competes with the traffic.
 */
export function serverArguments(settings: ServerSettings): string[] {
  const { port, folder, durability, maxmemoryBytes, cluster = false } = settings;
  const options: Record<string, string> = {
    port: String(port),
    bind: '127.0.0.1',
    'protected-mode': 'yes',
    daemonize: 'no',
    dir: folder,
    logfile: 'redis.log',
    maxmemory: String(maxmemoryBytes),
    'maxmemory-policy': 'noeviction',
    'tcp-keepalive': '60',
    'client-output-buffer-limit': 'pubsub 32mb 8mb 60',
    ...(durability === 'none' ? { appendonly: 'no', save: '' } : appendOnly(durability)),
    ...(cluster ? clusterMember(port) : {}),
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

function appendOnly(fsync: Fsync): Record<string, string> {
  return {
    appendonly: 'yes',
    appendfsync: fsync,
    'no-appendfsync-on-rewrite': 'no',
    'aof-load-truncated': 'yes',
    'aof-use-rdb-preamble': 'yes',
    'auto-aof-rewrite-percentage': '300',
    'auto-aof-rewrite-min-size': '1gb',
    save: '3600 1',
  };
}

function clusterMember(port: number): Record<string, string> {
  return {
    'cluster-enabled': 'yes',
    'cluster-config-file': `nodes-${port}.conf`,
    'cluster-node-timeout': '2000',
    'cluster-require-full-coverage': 'no',
  };
}
