import { join } from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

export const ROLES = ['edge', 'worker', 'gateway'] as const;

export type Role = (typeof ROLES)[number];

/** Guarantees that a test or a rehearsal may take out on purpose, to see the loss that they prevent. */
export const FAULTS = [
  'no-compare-and-set',
  'no-decision-record',
  'slow-channel-appends',
  'marked-events-kill',
] as const;

export type Fault = (typeof FAULTS)[number];

const count = (minimum: number, maximum: number, description: string, fallback: number) =>
  Type.Integer({ minimum, maximum, description, default: fallback });

/** Every environment variable, its range, its default and what it does. `.env.example` lists the same. */
export const EnvironmentSchema = Type.Object({
  HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address to listen on. Only loopback is accepted.',
  }),
  PORT: count(0, 65_535, 'Port of HTTP and WebSocket.', 3000),
  REDIS_URL: Type.String({
    default: 'redis://127.0.0.1:6379',
    pattern: '^(redis|rediss|redis-cluster)://.+',
    description:
      'redis://, rediss:// or redis-cluster://host:port,host:port. `npm start` starts a private one without it.',
  }),
  ROLES: Type.String({ default: ROLES.join(','), description: 'Comma list of edge, worker, gateway.' }),
  PARTITIONS: count(1, 64, 'Partitions, fixed at the first start.', 8),
  REDIS_FSYNC: Type.Union([Type.Literal('always'), Type.Literal('everysec')], {
    default: 'always',
    description: 'When the Redis that we start writes to disk: always (before each answer) or everysec.',
  }),
  KEY_PREFIX: Type.String({
    default: 'wf',
    pattern: '^[a-z0-9-]{1,32}$',
    description: 'Starts every Redis key; two systems on one Redis differ by it.',
  }),
  WATCHFLOOR_TOKENS_FILE: Type.String({ default: '', description: 'Reserved for access control.' }),
  GEOIP_CITY_DB: Type.String({
    default: '',
    description: 'A city or country mmdb file that replaces the bundled DB-IP one.',
  }),
  CACHE_DIR: Type.String({
    default: join('.watchfloor', 'cache'),
    description: 'Where the flattened lookup tables are kept between starts.',
  }),
  SITE_LOCATION: Type.String({
    default: '50.11,8.68,Frankfurt',
    description: 'Place of targets without a public address: latitude,longitude,name.',
  }),
  DEDUPE_MAX_IDS: count(
    1_000,
    100_000_000,
    'Event ids remembered over all partitions; about 80 bytes each.',
    2_000_000,
  ),
  IDEMPOTENCY_MAX_KEYS: count(1_000, 10_000_000, 'Idempotency keys remembered over all partitions.', 200_000),
  TRACKED_KEYS: count(
    100,
    1_000_000,
    'Distinct keys of one dimension counted exactly in one window of one partition.',
    50_000,
  ),
  WINDOW_MEMORY_MB: count(
    8,
    1_000_000,
    'Memory of Redis for the stored windows of all timelines up to which they keep every key; beyond it new ones keep what stands out, and all come to two and a half times as much at most, beside up to 14 KiB that a window always takes.',
    512,
  ),
  MAX_IN_FLIGHT_EVENTS: count(
    10_000,
    100_000_000,
    'Events between edge and aggregation at which the edge starts to refuse.',
    200_000,
  ),
  CLIENT_REQUESTS_PER_SECOND: count(
    1,
    1_000_000,
    'Requests with events that one client address may send a second, and as many at once.',
    5_000,
  ),
  RECENT_EVENTS: count(
    100,
    1_000_000,
    'Recent events kept for each partition after their aggregation.',
    5_000,
  ),
  WORKER_CONCURRENCY: count(1, 64, 'Work orders of one stage that one worker process takes at a time.', 8),
  WORKERS: count(1, 64, 'Worker processes that `up` and `bench` start.', 1),
  DETECTION: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    description: 'Whether workers run the rules; `off` on all of them holds no event back for detection.',
  }),
  SIMULATOR_PORT: count(0, 65_535, 'Loopback port on which the simulator is controlled.', 3001),
  RULES_DIR: Type.String({
    default: '',
    description: 'A directory of detection rules beside the built-in ones; read again when they change.',
  }),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'fatal, error, warn, info, debug, trace or silent.' },
  ),
  FAULTS: Type.String({
    default: '',
    description: `Takes guarantees out on purpose, for tests and rehearsals only: comma list of ${FAULTS.join(', ')}.`,
  }),
});

type Environment = Static<typeof EnvironmentSchema>;

/** The one typed configuration, read once at start. Lists are parsed, paths are as given. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly redisUrl: string;
  readonly redisFsync: 'always' | 'everysec';
  readonly keyPrefix: string;
  readonly roles: ReadonlySet<Role>;
  readonly partitions: number;
  readonly geoipCityDb: string | undefined;
  readonly cacheDir: string;
  readonly site: { readonly lat: number; readonly lon: number; readonly name: string };
  readonly dedupeMaxIds: number;
  readonly idempotencyMaxKeys: number;
  readonly trackedKeys: number;
  readonly windowMemoryMb: number;
  readonly maxInFlightEvents: number;
  readonly clientRequestsPerSecond: number;
  readonly recentEvents: number;
  readonly workerConcurrency: number;
  readonly workers: number;
  readonly detection: boolean;
  readonly simulatorPort: number;
  /** The operator's own detection rules. */
  readonly rulesDir: string | undefined;
  readonly logLevel: string;
  readonly faults: ReadonlySet<Fault>;
}

/** Everything that is wrong with the environment, one line each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Parses the environment; an empty variable counts as absent.
 * @throws ConfigError that names every problem at once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  // Not checked yet: the words below are text whatever else is wrong, so that all problems are found together.
  const values = Value.Default(EnvironmentSchema, givenIn(env)) as Environment;
  const problems = [...Value.Errors(EnvironmentSchema, values)].map(
    ({ path, message }) => `${path.slice(1)}: ${message}`,
  );
  const roles = listOf(values.ROLES, ROLES, 'ROLES', problems);
  const faults = listOf(values.FAULTS, FAULTS, 'FAULTS', problems);
  if (roles.size === 0) problems.push('ROLES: names no role');
  if (!LOOPBACK.test(values.HOST)) {
    problems.push(
      `HOST: ${values.HOST} is not a loopback address; without access control nothing else is served`,
    );
  }
  const site = siteOf(values.SITE_LOCATION, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(values, roles, faults, site);
}

/** The variables that are set. A number that is none becomes NaN and is refused by the schema, a fraction too. */
function givenIn(env: Readonly<Record<string, string | undefined>>): Record<string, string | number> {
  const given: Record<string, string | number> = {};
  for (const [name, schema] of Object.entries(EnvironmentSchema.properties)) {
    const text = env[name];
    if (text) given[name] = 'type' in schema && schema.type === 'integer' ? Number(text) : text;
  }
  return given;
}

function toConfig(
  values: Environment,
  roles: ReadonlySet<Role>,
  faults: ReadonlySet<Fault>,
  site: Config['site'],
): Config {
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    redisUrl: values.REDIS_URL,
    redisFsync: values.REDIS_FSYNC,
    keyPrefix: values.KEY_PREFIX,
    roles,
    partitions: values.PARTITIONS,
    geoipCityDb: values.GEOIP_CITY_DB || undefined,
    cacheDir: values.CACHE_DIR,
    site,
    dedupeMaxIds: values.DEDUPE_MAX_IDS,
    idempotencyMaxKeys: values.IDEMPOTENCY_MAX_KEYS,
    trackedKeys: values.TRACKED_KEYS,
    windowMemoryMb: values.WINDOW_MEMORY_MB,
    maxInFlightEvents: values.MAX_IN_FLIGHT_EVENTS,
    clientRequestsPerSecond: values.CLIENT_REQUESTS_PER_SECOND,
    recentEvents: values.RECENT_EVENTS,
    workerConcurrency: values.WORKER_CONCURRENCY,
    workers: values.WORKERS,
    detection: values.DETECTION === 'on',
    simulatorPort: values.SIMULATOR_PORT,
    rulesDir: values.RULES_DIR || undefined,
    logLevel: values.LOG_LEVEL,
    faults,
  });
}

function listOf<T extends string>(
  text: string,
  allowed: readonly T[],
  name: string,
  problems: string[],
): Set<T> {
  const chosen = new Set<T>();
  for (const word of text.split(',').map((part) => part.trim())) {
    if (word === '') continue;
    const match = allowed.find((value) => value === word);
    if (match === undefined) problems.push(`${name}: ${word} is none of ${allowed.join(', ')}`);
    else chosen.add(match);
  }
  return chosen;
}

function siteOf(text: string, problems: string[]): Config['site'] {
  const [lat, lon, ...name] = text.split(',');
  const site = { lat: Number(lat), lon: Number(lon), name: name.join(',').trim() };
  const valid = Math.abs(site.lat) <= 90 && Math.abs(site.lon) <= 180 && site.name !== '';
  if (!valid) problems.push('SITE_LOCATION: is not latitude,longitude,name');
  return site;
}
