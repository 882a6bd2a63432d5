import { join } from 'node:path';
import { expect, test } from './watched-page';

const PICTURE = join(__dirname, '../../../docs/images/dashboard.png');

test('the picture of the README', async ({ watched, system }) => {
  test.setTimeout(180_000);
  const attack = system.simulate('demo', '--rate', '800', '--duration', '60s');
  const sources = watched.locator('.key-figure').filter({ hasText: 'Active sources' });
  await expect.poll(() => sources.innerText(), { timeout: 60_000 }).toMatch(/\n\d{2,}\n/);
  await expect.poll(() => watched.locator('.stage-trend path').nth(1).getAttribute('d')).toMatch(/(L.*){25}/);
  await watched.screenshot({ path: PICTURE });
  await attack;
});
