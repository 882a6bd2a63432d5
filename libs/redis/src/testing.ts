import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis, masters, untilReady } from './connection';
import { PrivateCluster } from './private/private-cluster';
import { PrivateRedis, type PrivateRedisOptions } from './private/private-redis';

const maxmemoryBytes = 512 * 1024 * 1024;
const folders: string[] = [];
const started: Promise<{ url: string; stop(): Promise<void> }>[] = [];
const prefixes: string[] = [];
let shared: Promise<{ url: string }> | undefined;

/**
 * URL of the Redis of this test file: the one that REDIS_URL names, else one that is started at the first call and stopped
 * after the file's last test, and that keeps nothing on disk. With `WATCHFLOOR_TEST_REDIS=cluster`, three processes that form
 * a Redis Cluster.
 */
export async function testRedisUrl(): Promise<string> {
  const given = process.env['REDIS_URL'];
  if (isClusterRun()) shared ??= ownCluster();
  else shared ??= given ? Promise.resolve({ url: given }) : ownRedis({ durability: 'none' });
  return (await shared).url;
}

/** Whether `testRedisUrl` names a Redis Cluster in this run. */
export function isClusterRun(): boolean {
  return process.env['WATCHFLOOR_TEST_REDIS'] === 'cluster';
}

/** A key prefix that no other test uses, on a Redis that others may use too. */
export function freshPrefix(): string {
  const prefix = `test-${process.pid}-${randomBytes(4).toString('hex')}`;
  prefixes.push(prefix);
  return prefix;
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

/** Takes away what the tests of this file left in a Redis that goes on living. */
async function sweep(url: string): Promise<void> {
  const connection = connectRedis(url, 'pipeline');
  await untilReady(connection);
  for (const node of masters(connection)) {
    for (const prefix of prefixes) {
      for await (const keys of node.scanStream({ match: `${prefix}*`, count: 1_000 })) {
        await Promise.all((keys as string[]).map((key) => node.unlink(key)));
      }
    }
  }
  connection.disconnect();
}

afterAll(async () => {
  const given = process.env['REDIS_URL'];
  if (shared && given && !isClusterRun()) await sweep(given);
  await Promise.allSettled(started.map(async (server) => (await server).stop()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}, 60_000);
