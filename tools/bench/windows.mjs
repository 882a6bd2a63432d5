import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** `npm run bench:windows`: bundles the benchmark of the windows and runs it. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const outfile = join(root, 'tmp', 'window-bench.cjs');

await build({
  entryPoints: [join(root, 'apps/api/src/cli/bench/window-bench.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  alias: {
    '@watchfloor/contracts': join(root, 'libs/contracts/src/index.ts'),
    '@watchfloor/redis': join(root, 'libs/redis/src/index.ts'),
    '@watchfloor/windowing': join(root, 'libs/windowing/src/index.ts'),
  },
  tsconfig: join(root, 'tsconfig.base.json'),
  logLevel: 'error',
});

const { status } = spawnSync(process.execPath, ['--expose-gc', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
