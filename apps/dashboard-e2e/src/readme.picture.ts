import { join } from 'node:path';
import { expect, test } from './watched-page';

const PICTURE = join(__dirname, '../../../docs/images/dashboard.png');

test('the picture of the README', async ({ watched, system }) => {
  test.setTimeout(300_000);
  const attack = system.simulate('demo', '--rate', '800', '--duration', '90s');
  const sources = watched.locator('.key-figure').filter({ hasText: 'Active sources' });
  await expect.poll(() => sources.innerText(), { timeout: 60_000 }).toMatch(/\n\d{2,}\n/);
  const trend = async () =>
    (await watched.locator('.stage-trend path').nth(1).getAttribute('d'))?.split('L').length;
  await expect.poll(trend, { timeout: 60_000 }).toBeGreaterThan(45);
  await expect(watched.locator('.alert-row').nth(3)).toBeVisible({ timeout: 60_000 });
  await watched.screenshot({ path: PICTURE });
  await attack;
});
