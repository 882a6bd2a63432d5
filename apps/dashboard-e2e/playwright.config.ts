import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's package; where it is not, Playwright's own Chromium is taken. */
const DEBIAN_CHROMIUM = '/usr/bin/chromium';

const executablePath =
  process.env['WATCHFLOOR_CHROMIUM'] ?? (existsSync(DEBIAN_CHROMIUM) ? DEBIAN_CHROMIUM : undefined);

/** With `WATCHFLOOR_README_PICTURE=1` the picture of the README is taken instead of the tests. */
const wantsPicture = process.env['WATCHFLOOR_README_PICTURE'] === '1';

export default defineConfig({
  testDir: 'src',
  testMatch: wantsPicture ? '**/*.picture.ts' : '**/*.e2e.ts',
  outputDir: '../../tmp/test-results/dashboard-e2e',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
