import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countJest, countPlaywright, countTap } from './counts.mjs';

const redisSpecs = '\\.redis\\.spec\\.ts$';

/**
 * All suites of `npm test`, in the order in which they run: the quick ones first.
 * Each names its command (run with Node), its environment, whether it needs the built system and servers, and how to read its counts from `report` or from its output.
 */
export function suitesOf(root) {
  const bin = (path) => join(root, 'node_modules', path);
  const report = (name) => join(root, 'tmp', 'test-results', `${name}.json`);
  const jest = (name, args, env = {}) => ({
    name,
    command: [bin('jest/bin/jest.js'), '--json', `--outputFile=${report(name)}`, ...args],
    env,
    needsSystem: name !== 'unit',
    count: () => counted(report(name), countJest),
  });
  const projects = ['--projects', ...jestProjects(root)];
  // Starting three servers for each file takes a while on a busy machine.
  const onRedis = ['--testTimeout=30000', '--testPathPatterns', redisSpecs];
  return [
    {
      name: 'tools',
      command: ['--test', '--test-reporter=tap', ...toolSpecs(root)],
      env: {},
      needsSystem: false,
      count: countTap,
    },
    jest('unit', [...projects, '--testPathIgnorePatterns', redisSpecs, '/node_modules/']),
    jest('redis', [...projects, ...onRedis]),
    jest('redis-cluster', [...projects, ...onRedis], { WATCHFLOOR_TEST_REDIS: 'cluster' }),
    jest('api-e2e', ['-c', join(root, 'apps', 'api-e2e', 'jest.config.cjs'), '--runInBand']),
    {
      name: 'dashboard-e2e',
      command: [
        bin('@playwright/test/cli.js'),
        'test',
        '-c',
        join(root, 'apps', 'dashboard-e2e', 'playwright.config.ts'),
        '--reporter=list,json',
      ],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('dashboard-e2e') },
      needsSystem: true,
      count: () => counted(report('dashboard-e2e'), countPlaywright),
    },
  ];
}

/** Folders of the projects with unit tests; the end-to-end projects are suites of their own. */
function jestProjects(root) {
  return ['libs', 'apps'].flatMap((group) =>
    readdirSync(join(root, group))
      .filter((name) => !name.endsWith('-e2e'))
      .map((name) => join(root, group, name))
      .filter((path) => existsSync(join(path, 'jest.config.cjs'))),
  );
}

function toolSpecs(root) {
  return readdirSync(join(root, 'tools'), { recursive: true })
    .filter((path) => path.endsWith('.spec.mjs'))
    .map((path) => join(root, 'tools', path));
}

/** Undefined when the runner died before it wrote its report. */
function counted(path, count) {
  return existsSync(path) ? count(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}
