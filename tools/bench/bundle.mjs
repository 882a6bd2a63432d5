import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Bundles a program of `apps/api/src/cli/bench` into `tmp`; returns where it is. */
export async function bundle(name) {
  const outfile = join(root, 'tmp', `${name}.cjs`);
  await build({
    entryPoints: [join(root, 'apps/api/src/cli/bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: Object.fromEntries(
      ['contracts', 'redis', 'windowing', 'scoring'].map((library) => [
        `@watchfloor/${library}`,
        join(root, 'libs', library, 'src/index.ts'),
      ]),
    ),
    tsconfig: join(root, 'tsconfig.base.json'),
    logLevel: 'error',
  });
  return outfile;
}
