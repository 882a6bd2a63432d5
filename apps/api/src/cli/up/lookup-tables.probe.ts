import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Builds the lookup tables before the first part starts, where there are none: it takes seconds and half a gigabyte, which the
 * worker should not keep. A table that is out of date is rebuilt by the worker itself.
 */
export async function buildLookupTables(
  root: string,
  env: Readonly<Record<string, string | undefined>> & { readonly CACHE_DIR: string },
  say: (line: string) => void,
): Promise<void> {
  if (existsSync(env.CACHE_DIR) && readdirSync(env.CACHE_DIR).some((name) => name.startsWith('geoip-')))
    return;
  say('building the lookup tables for addresses, once');
  await run(process.execPath, [join(root, 'dist', 'apps', 'api', 'cli', 'cli.js'), 'tables'], { env });
}
