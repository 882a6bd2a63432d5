import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import {
  connectRedis,
  findRedisServer,
  isPortFree,
  masters,
  untilReady,
  waysToGetRedis,
} from '@watchfloor/redis';
import type { Config } from '../../config';
import { RunFolder } from '../up/run-folder.store';
import type { Finding } from './finding';

const leastMemoryMb = 2_048;

/** Node and what was built. */
export function checkWorkspace(root: string): Finding[] {
  const outputs = ['api/main.js', 'simulator/main.js', 'dashboard/index.html'];
  const missing = outputs.filter((path) => !existsSync(join(root, 'dist', 'apps', path)));
  return [
    { name: 'Node', state: 'present', detail: process.versions.node },
    missing.length === 0
      ? { name: 'build', state: 'present', detail: 'api, simulator and dashboard are built' }
      : {
          name: 'build',
          state: 'advice',
          detail: `not built yet: ${missing.map((path) => path.split('/')[0]).join(', ')}`,
          remedy: 'npm start builds them, or: npm run build',
        },
  ];
}

/** The Redis that would be used. `given` is REDIS_URL where that is set. */
export async function checkRedis(given: string | undefined): Promise<Finding[]> {
  if (given) return [await checkGivenRedis(given), ...overcommit()];
  const server = findRedisServer();
  if (server === undefined) {
    return [{ name: 'Redis', state: 'missing', detail: 'none on the PATH', remedy: waysToGetRedis }];
  }
  const detail = `${server.command} ${server.version}, started privately by npm start`;
  if (server.supported) return [{ name: 'Redis', state: 'present', detail }, ...overcommit()];
  return [
    {
      name: 'Redis',
      state: 'missing',
      detail: `${server.command} ${server.version} is too old, 6.2 is needed`,
      remedy: waysToGetRedis,
    },
  ];
}

async function checkGivenRedis(url: string): Promise<Finding> {
  const name = 'Redis';
  const connection = connectRedis(url, 'append');
  try {
    await untilReady(connection, 3_000);
    const settings = await Promise.all(
      masters(connection).map((node) => node.config('GET', 'maxmemory-policy', 'appendonly')),
    );
    const words = (settings as unknown[][]).flat().map(String);
    const count = `REDIS_URL answers (${settings.length} ${settings.length === 1 ? 'process' : 'processes'})`;
    const wrong = [
      ...(words.some((word) => /^(allkeys|volatile)-/.test(word)) ? ['maxmemory-policy noeviction'] : []),
      ...(words.includes('no') ? ['appendonly yes'] : []),
    ];
    if (wrong.length === 0) return { name, state: 'present', detail: count };
    const remedy = `it may lose events: set ${wrong.join(' and ')}`;
    return { name, state: 'advice', detail: count, remedy };
  } catch (error) {
    const detail = `REDIS_URL does not answer (${(error as Error).message})`;
    return { name, state: 'missing', detail, remedy: 'correct it, or unset it to get a private Redis' };
  } finally {
    connection.disconnect();
  }
}

/** Redis asks for it on servers: without it a large fork, so a rewrite of the append-only file, can fail. */
function overcommit(): Finding[] {
  const path = '/proc/sys/vm/overcommit_memory';
  if (!existsSync(path) || readFileSync(path, 'utf8').trim() === '1') return [];
  return [
    {
      name: 'overcommit',
      state: 'advice',
      detail: 'vm.overcommit_memory is not 1',
      remedy: 'on a server: sysctl vm.overcommit_memory=1',
    },
  ];
}

/** Memory, the port, and a system that runs already. */
export async function checkMachine(root: string, { host, port }: Config): Promise<Finding[]> {
  const memoryMb = Math.floor(totalmem() / 1024 / 1024);
  const occupant = new RunFolder(join(root, '.watchfloor')).occupant();
  return [
    {
      name: 'memory',
      state: memoryMb >= leastMemoryMb ? 'present' : 'advice',
      detail: `${memoryMb} MB`,
      ...(memoryMb >= leastMemoryMb ? {} : { remedy: `${leastMemoryMb} MB or more are better` }),
    },
    occupant === undefined
      ? await checkPort(host, port)
      : { name: 'running', state: 'present', detail: `${occupant.url} (pid ${occupant.pid})` },
  ];
}

async function checkPort(host: string, port: number): Promise<Finding> {
  if (await isPortFree(port, host)) return { name: 'port', state: 'present', detail: `${port} is free` };
  const remedy = `npm start -- --port ${port + 1}`;
  return { name: 'port', state: 'advice', detail: `${port} is in use by another program`, remedy };
}

/** The table of places: the user's own file, or the one that comes with the packages. */
export function checkGeography(root: string, { geoipCityDb }: Config): Finding {
  const name = 'geography';
  const path = geoipCityDb ?? join(root, 'node_modules', '@ip-location-db', 'dbip-city-mmdb');
  if (existsSync(path)) {
    return { name, state: 'present', detail: geoipCityDb ?? 'DB-IP Lite, city, from the npm package' };
  }
  return geoipCityDb === undefined
    ? { name, state: 'missing', detail: 'the DB-IP package is not installed', remedy: 'npm ci' }
    : { name, state: 'missing', detail: `${path} does not exist`, remedy: 'correct GEOIP_CITY_DB' };
}
