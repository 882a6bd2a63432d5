const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const base = JSON.parse(readFileSync(join(__dirname, 'tsconfig.base.json'), 'utf8'));

/** Maps each workspace alias (`@watchfloor/contracts`) to its source file, as tsconfig.base.json has them. */
const moduleNameMapper = Object.fromEntries(
  Object.entries(base.compilerOptions.paths).map(([alias, [path]]) => [`^${alias}$`, join(__dirname, path)]),
);

const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  },
];

/**
 * Jest configuration of a Node project.
 * `*.spec.ts` needs nothing; `*.redis.spec.ts` needs a real Redis, which the fixture of libs/redis starts.
 */
module.exports = (rootDir, overrides = {}) => ({
  rootDir,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.spec.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper,
  ...overrides,
});
