import { ConfigError, EnvironmentSchema, FAULTS, readConfig, ROLES } from './config';

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('of an empty environment is the defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3_000,
      redisUrl: 'redis://127.0.0.1:6379',
      redisFsync: 'always',
      detection: true,
      keyPrefix: 'wf',
      roles: new Set(ROLES),
      partitions: 8,
      geoipCityDb: undefined,
      cacheDir: '.watchfloor/cache',
      site: { lat: 50.11, lon: 8.68, name: 'Frankfurt' },
      dedupeMaxIds: 2_000_000,
      idempotencyMaxKeys: 200_000,
      trackedKeys: 50_000,
      windowMemoryMb: 512,
      maxInFlightEvents: 200_000,
      clientRequestsPerSecond: 5_000,
      recentEvents: 5_000,
      workerConcurrency: 8,
      workers: 1,
      simulatorPort: 3_001,
      rulesDir: undefined,
      logLevel: 'info',
      faults: new Set(),
    });
  });

  it('takes an empty variable for an absent one, and leaves those of others alone', () => {
    const empty = Object.fromEntries(Object.keys(EnvironmentSchema.properties).map((name) => [name, '']));
    expect(readConfig({ ...empty, HOME: '/root', PATH: '' })).toEqual(readConfig({}));
  });

  it('reads numbers and lists from text', () => {
    const config = readConfig({
      PORT: '0',
      PARTITIONS: '16',
      ROLES: ' edge , worker,',
      FAULTS: FAULTS.join(','),
    });
    expect(config).toMatchObject({ port: 0, partitions: 16 });
    expect(config.roles).toEqual(new Set(['edge', 'worker']));
    expect(config.faults).toEqual(new Set(FAULTS));
  });

  it('lets the name of the site have commas', () => {
    expect(readConfig({ SITE_LOCATION: '-33.9,151.2,Sydney, NSW' }).site).toEqual({
      lat: -33.9,
      lon: 151.2,
      name: 'Sydney, NSW',
    });
  });

  it('says everything that is wrong in one message', () => {
    const wrong = {
      PORT: '70000',
      PARTITIONS: 'many',
      REDIS_URL: 'http://127.0.0.1',
      HOST: '0.0.0.0',
      ROLES: 'edge,king',
      FAULTS: 'fire',
      SITE_LOCATION: 'here',
    };
    const problems = problemsOf(wrong);
    expect([...new Set(problems.map((problem) => problem.split(':')[0]))].sort()).toEqual(
      Object.keys(wrong).sort(),
    );
    const { message } = new ConfigError(problems);
    for (const problem of problems) expect(message).toContain(problem);
  });

  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('listens on %s', (host) => {
    expect(readConfig({ HOST: host }).host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '192.168.1.1', 'example.org', '127.0.0.1.example.org', 'localhost.example.org'])(
    'does not listen on %s',
    (host) => {
      expect(problemsOf({ HOST: host })).toEqual([expect.stringContaining(`HOST: ${host}`)]);
    },
  );

  it.each([
    ['a list that names no role', { ROLES: ' , ' }, 'ROLES'],
    ['a latitude beyond the poles', { SITE_LOCATION: '91,0,Nowhere' }, 'SITE_LOCATION'],
    ['a longitude beyond the antimeridian', { SITE_LOCATION: '0,181,Nowhere' }, 'SITE_LOCATION'],
    ['a site without a name', { SITE_LOCATION: '50,8' }, 'SITE_LOCATION'],
    ['a site whose place is no number', { SITE_LOCATION: 'north,8,Nowhere' }, 'SITE_LOCATION'],
    ['a number that is no whole one', { PARTITIONS: '2.5' }, 'PARTITIONS'],
    ['a key prefix with a separator', { KEY_PREFIX: 'wf:' }, 'KEY_PREFIX'],
    ['a log level that does not exist', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  ])('refuses %s', (_what, env, name) => {
    expect(problemsOf(env)).toContainEqual(expect.stringMatching(new RegExp(`^${name}: `)));
  });
});
