import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateCluster } from './private/private-cluster';
import { PrivateRedis, type PrivateRedisOptions } from './private/private-redis';

const maxmemoryBytes = 512 * 1024 * 1024;
const folders: string[] = [];
const started: Promise<{ url: string; stop(): Promise<void> }>[] = [];
let shared: Promise<{ url: string }> | undefined;
let prefixes = 0;

/**
 * URL of the Redis of this test file, started at the first call, stopped after the file's last test: one process, or with
 * `WATCHFLOOR_TEST_REDIS=cluster` three that form a Redis Cluster. It keeps nothing on disk.
 */
export async function testRedisUrl(): Promise<string> {
  shared ??= isClusterRun() ? ownCluster() : ownRedis({ durability: 'none' });
  return (await shared).url;
}

/** Whether `testRedisUrl` names a Redis Cluster in this run. */
export function isClusterRun(): boolean {
  return process.env['WATCHFLOOR_TEST_REDIS'] === 'cluster';
}

/** A key prefix that no other test uses. */
export function freshPrefix(): string {
  prefixes += 1;
  return `test-${process.pid}-${prefixes}`;
}

/**
 * A Redis of this test alone, for tests that kill, freeze or restart it (`kill9`, `pause`, `restart`).
 * Durable unless `over` says otherwise; stopped, and its folder removed, after the file's last test.
 */
export function ownRedis(over: Partial<PrivateRedisOptions> = {}): Promise<PrivateRedis> {
  return kept(PrivateRedis.start({ folder: scratchFolder(), durability: 'always', maxmemoryBytes, ...over }));
}

/** A three-process cluster of this test alone. */
export function ownCluster(over: Partial<PrivateRedisOptions> = {}): Promise<PrivateCluster> {
  return kept(PrivateCluster.start({ folder: scratchFolder(), durability: 'none', maxmemoryBytes, ...over }));
}

function kept<Server extends { url: string; stop(): Promise<void> }>(
  server: Promise<Server>,
): Promise<Server> {
  started.push(server);
  return server;
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchfloor-test-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  await Promise.allSettled(started.map(async (server) => (await server).stop()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}, 60_000);
