import { canInstallPackages, installPackage } from './debian-package';
import { findRedisServer, type RedisServer } from './find-server';

/** How to come by a Redis where it cannot be installed without asking. */
export const waysToGetRedis = [
  'Three ways to get one:',
  '  - install redis-server (6.2 or newer) or valkey-server with the package manager of this system',
  '  - set REDIS_URL to a Redis that you have (redis://, rediss:// or redis-cluster://host:port,host:port)',
  '  - docker compose up -d redis, then set REDIS_URL=redis://127.0.0.1:6379',
].join('\n');

/**
 * A Redis server on the PATH. On Debian and Ubuntu, as root, a missing one is installed; `say` then gets one line about it.
 * @throws Error that names the three ways to get one.
 */
export async function ensureRedisInstalled(say: (line: string) => void): Promise<RedisServer> {
  if (findRedisServer() === undefined && canInstallPackages(['debian', 'ubuntu'])) {
    say('no Redis here: installing the package redis-server (its public service is not started)');
    await installPackage('redis-server');
  }
  const server = findRedisServer();
  if (server === undefined) throw new Error(`There is no Redis on this machine. ${waysToGetRedis}`);
  if (!server.supported) {
    throw new Error(`${server.command} ${server.version} is too old, 6.2 is needed. ${waysToGetRedis}`);
  }
  return server;
}
