import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { canInstallPackages, installPackage } from '@watchfloor/redis';

const debianChromium = '/usr/bin/chromium';

/** How to come by a browser for the browser tests. */
export const waysToGetChromium =
  'on Debian: apt-get install chromium; elsewhere: npx playwright install --with-deps chromium';

/**
 * Path of a Chromium that the browser tests drive: WATCHFLOOR_CHROMIUM, else Debian's, else the one that Playwright keeps.
 * The configuration of the browser tests chooses in the same order. Undefined when there is none.
 */
export function findChromium(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = env['WATCHFLOOR_CHROMIUM'];
  if (named) return existsSync(named) ? named : undefined;
  return existsSync(debianChromium) ? debianChromium : playwrightsOwn(root);
}

/** As `findChromium`; on Debian, as root, a missing one is installed, which `say` tells in one line. */
export async function ensureChromium(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): Promise<string | undefined> {
  const present = findChromium(root, env);
  if (present !== undefined || !canInstallPackages(['debian'])) return present;
  say('no Chromium here: installing the package chromium for the browser tests');
  await installPackage('chromium');
  return findChromium(root, env);
}

/** Where Playwright keeps the browser that it downloads, if it did; it is a development dependency and may be absent. */
function playwrightsOwn(root: string): string | undefined {
  try {
    const load = createRequire(join(root, 'package.json'));
    const { chromium } = load('@playwright/test') as { chromium: { executablePath(): string } };
    const path = chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
