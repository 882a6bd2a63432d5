import { expect, paintedPixels, test } from './watched-page';

test.describe.configure({ mode: 'serial' });

test('an empty system says that there is nothing yet and how to get something', async ({ watched }) => {
  await expect(watched.getByText('No events in the last 5m')).toBeVisible();
  await expect(watched.getByText(/Live, \d frames\/s/)).toBeVisible();
  await expect(watched.getByText('● balanced')).toBeVisible();
});

test('a brute-force attack appears on the map, in the figures, the strip and the lists', async ({
  watched,
  system,
}) => {
  await expect(watched.getByText(/Live, \d frames\/s/)).toBeVisible();
  const attack = system.simulate('ssh-brute-force', '--rate', '200', '--duration', '10s');

  await expect.poll(() => paintedPixels(watched, 'cells'), { timeout: 60_000 }).toBeGreaterThan(100);
  await expect.poll(() => paintedPixels(watched, 'arcs')).toBeGreaterThan(0);
  await expect(watched.getByText('Simulated', { exact: true })).toBeVisible();
  const sources = watched.getByRole('table').filter({ hasText: 'Place' }).locator('tbody tr');
  await expect(sources.first()).toContainText(/198\.1[89]\.|2001:db8:/);
  await expect(watched.locator('.events-list tbody tr').first()).toBeVisible();

  const rate = watched.locator('.key-figure').first();
  const before = await rate.innerText();
  await expect.poll(() => rate.innerText()).not.toBe(before);
  await attack;
  await expect(watched.locator('.stage-node h3')).toHaveText([
    'Edge',
    'Ingest',
    'Processing',
    'Aggregation',
    'Gateway',
  ]);
  await expect(watched.getByText('● balanced')).toBeVisible();
});

test('the same is told in numbers by the table of the map', async ({ watched }) => {
  await watched.getByRole('button', { name: 'Table' }).click();
  const countries = watched.getByRole('table', { name: 'Events by country of the source' });
  await expect(countries.locator('tbody tr').first()).toContainText(/\d+%/);
  await expect(watched.getByRole('table', { name: 'The busiest cells of the map' })).toContainText('°');
});

test('Space holds the screen and lets it go on', async ({ watched, system }) => {
  await expect(watched.getByText(/Live, \d frames\/s/)).toBeVisible();
  await watched.keyboard.press('Space');
  await expect(watched.getByText(/Paused, .+ behind/)).toBeVisible();
  const held = await watched.locator('.ledger').innerText();
  await system.simulate('ssh-brute-force', '--rate', '200', '--duration', '2s', '--seed', '2');
  expect(await watched.locator('.ledger').innerText()).toBe(held);
  await watched.keyboard.press('Space');
  await expect.poll(() => watched.locator('.ledger').innerText()).not.toBe(held);
});

test('another range is shown when it is chosen, by button and by key', async ({ watched }) => {
  await watched.getByRole('button', { name: 'last hour' }).click();
  await expect(watched.getByText('Events per 2° cell, last 1h')).toBeVisible();
  await expect(watched.locator('.key-figure-note').first()).toContainText('in 1h');
  await watched.keyboard.press('1');
  await expect(watched.locator('.key-figure-note').first()).toContainText('in 1m');
});

test('the help sheet opens by key and gives the focus back', async ({ watched }) => {
  await watched.keyboard.press('?');
  await expect(watched.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await watched.keyboard.press('Escape');
  await expect(watched.getByRole('dialog', { name: 'Help' })).toBeHidden();
});

test('nothing is cut off on a narrow screen', async ({ watched }) => {
  await watched.setViewportSize({ width: 360, height: 740 });
  await expect(watched.getByText(/Live, \d frames\/s/)).toBeVisible();
  const overflow = await watched.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await expect(watched.getByRole('button', { name: 'Pause' })).toBeInViewport();
});

test('no path travels for those who asked for less motion', async ({ watched, system }) => {
  await watched.emulateMedia({ reducedMotion: 'reduce' });
  const attack = system.simulate('ssh-brute-force', '--rate', '200', '--duration', '3s', '--seed', '3');
  const total = watched.locator('.ledger-sum').first();
  const before = await total.innerText();
  await expect.poll(() => total.innerText()).not.toBe(before);
  expect(await paintedPixels(watched, 'arcs')).toBe(0);
  await attack;
});

test('a screen whose system has stopped says so', async ({ page, system }) => {
  await page.goto(system.url);
  await expect(page.getByText(/Live, \d frames\/s/)).toBeVisible();
  await system.stop();
  await expect(page.getByText(/Stale, .+ old/)).toBeVisible();
  await expect(
    page.getByText('The server does not answer: it is stopped or the network is cut.', { exact: true }),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible();
});
