import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { ensureRedisInstalled, freePort, isPortFree } from '@watchfloor/redis';
import { readConfig, type Config } from '../../config';
import { CommandError, type Terminal } from '../terminal';
import { buildLookupTables } from './lookup-tables.probe';
import type { OutputStream } from './node-part.lifecycle';
import { problemOf } from './problem-line';
import { apiPart, simulatorPart, type Surroundings, workerNames } from './programs';
import { waitUntilReady } from './readiness.probe';
import { RedisPart } from './redis-part.lifecycle';
import { RunFolder } from './run-folder.store';
import { Supervisor } from './supervisor.lifecycle';

/** Loading lookup tables and a large append-only file takes a while on a slow machine. */
const readyWithinMs = 120_000;

interface UpOptions {
  readonly demo: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly folder?: string;
}

/** `up`: the whole system on this machine, until Ctrl+C. */
export function registerUp(program: Command, root: string, terminal: Terminal): void {
  program
    .command('up')
    .description('start everything on this machine: Redis, api, worker, simulator and dashboard')
    .option('--no-demo', 'do not start the demo simulation')
    .option('--port <n>', 'port of the dashboard and the API (default: PORT, else 3000)', parsePort)
    .option('--host <address>', 'loopback address to listen on (default: HOST, else 127.0.0.1)')
    .option('--folder <path>', 'folder for data and logs (default: .watchfloor beside this program)')
    .action((options: UpOptions) => up(root, options, terminal));
}

/** Accepts 1 to 65535. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port is 1 to 65535.');
  return port;
}

async function up(root: string, options: UpOptions, terminal: Terminal): Promise<void> {
  const config = readConfig({
    ...process.env,
    ...(options.host === undefined ? {} : { HOST: options.host }),
    ...(options.port === undefined ? {} : { PORT: String(options.port) }),
  });
  const folder = new RunFolder(resolve(options.folder ?? join(root, '.watchfloor')));
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`;
  await refuseSecondRun(folder, url, config);
  const say = (line: string) => terminal.print(`${terminal.dim('watchfloor:')} ${line}`);
  const supervisor = new Supervisor(say);
  const ended = stopOnSignal(supervisor, say);
  try {
    await Promise.race([startAll({ root, options, config, folder, url, supervisor, say }), ended.promise]);
    if (!ended.hasBegun()) printWelcome(url, folder, terminal);
    await ended.promise;
  } catch (error) {
    if (ended.hasBegun()) return await ended.promise;
    await supervisor.stop();
    throw new CommandError(`${(error as Error).message}\nThe logs are in ${folder.logs}`);
  } finally {
    folder.leave();
  }
}

async function refuseSecondRun(folder: RunFolder, url: string, { host, port }: Config): Promise<void> {
  const occupant = folder.occupy(url);
  if (occupant !== undefined) {
    throw new CommandError(
      `Watchfloor already runs in this folder (pid ${occupant.pid}): ${occupant.url}\nStop it there with Ctrl+C, or: kill ${occupant.pid}`,
    );
  }
  if (await isPortFree(port, host)) return;
  folder.leave();
  throw new CommandError(
    `Port ${port} is in use by another program. Choose another one: npm start -- --port ${port + 1}`,
  );
}

interface Start {
  readonly root: string;
  readonly options: UpOptions;
  readonly config: Config;
  readonly folder: RunFolder;
  readonly url: string;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
}

async function startAll({ root, options, config, folder, url, supervisor, say }: Start): Promise<void> {
  const redisUrl = await findRedis(config, folder, supervisor, say);
  const env = await environmentOf(config, folder, redisUrl);
  await buildLookupTables(root, env, say);
  const onLine = (part: string, line: string, stream: OutputStream) => {
    const problem = problemOf(line, stream);
    if (problem !== undefined) say(`[${part}] ${problem}`);
  };
  const around: Surroundings = { root, logs: folder.logs, env, onLine };
  for (const name of workerNames(config.workers)) await supervisor.start(apiPart(around, name, 'worker', 0));
  await supervisor.start(apiPart(around, 'api', 'edge,gateway', config.port));
  const died = new AbortController();
  supervisor.startupDeath.catch((error: unknown) => died.abort(error));
  await waitUntilReady(`${url}/health/ready`, readyWithinMs, died.signal, 1);
  await supervisor.start(simulatorPart(around, url, options.demo));
  supervisor.markUp();
}

/** What all parts are told; paths are absolute, so that it does not matter where the command was given. */
async function environmentOf(config: Config, folder: RunFolder, redisUrl: string) {
  const { env } = process;
  return {
    ...env,
    HOST: config.host,
    REDIS_URL: redisUrl,
    CACHE_DIR: env['CACHE_DIR'] || join(folder.path, 'cache'),
    SIMULATOR_STATE_DIR: env['SIMULATOR_STATE_DIR'] || join(folder.path, 'simulator'),
    SIMULATOR_PORT: env['SIMULATOR_PORT'] || String(await freePort()),
  };
}

/** The Redis that REDIS_URL names, else a private one; returns its URL. */
async function findRedis(
  config: Config,
  folder: RunFolder,
  supervisor: Supervisor,
  say: (line: string) => void,
): Promise<string> {
  const given = process.env['REDIS_URL'];
  if (given) {
    say('using the Redis that REDIS_URL names');
    return given;
  }
  const server = await ensureRedisInstalled(say);
  const redis = new RedisPart({ folder: folder.redis, durability: config.redisFsync });
  await supervisor.start(redis);
  say(`private ${server.command} ${server.version} at ${redis.url}, fsync ${config.redisFsync}`);
  return redis.url;
}

/** The first Ctrl+C (or TERM, HUP) drains and stops, the second one ends everything at once. */
function stopOnSignal(supervisor: Supervisor, say: (line: string) => void) {
  let begun = false;
  let finish: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (finish = resolve));
  const onSignal = () => {
    if (begun) {
      supervisor.kill();
      return finish();
    }
    begun = true;
    say('stopping (again to stop at once)');
    return void supervisor.stop().then(finish);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return { promise, hasBegun: () => begun };
}

function printWelcome(url: string, folder: RunFolder, { print, bold, dim }: Terminal): void {
  print(
    [
      '',
      `  ${bold('Watchfloor is running')}`,
      '',
      `  dashboard   ${url}/`,
      `  API         ${url}/docs`,
      `  ledger      ${url}/api/v1/ledger`,
      `  logs        ${folder.logs}`,
      '',
      `  ${dim('Ctrl+C stops everything.')}`,
      '',
    ].join('\n'),
  );
}
