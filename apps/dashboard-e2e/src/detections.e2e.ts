import type { Alert } from '@watchfloor/contracts';
import type { Page } from '@playwright/test';
import { expect, paintedPixels, test } from './watched-page';

test.describe.configure({ mode: 'serial' });
test.use({ ownSystem: 'detections' });

const DETECTION_MS = 45_000;

const alertRow = (page: Page, rule: string) => page.locator('.alert-row').filter({ hasText: rule }).first();

/** Opens the row of the alert that the rehearsed attack raises. */
async function openAlert(page: Page): Promise<void> {
  await alertRow(page, 'SSH brute force').click();
  await expect(page.getByRole('heading', { name: 'SSH brute force' })).toBeFocused();
}

test('before the first alert the list says how to get one', async ({ watched }) => {
  await expect(watched.getByText('No alerts yet.')).toBeVisible();
  await expect(watched.locator('.open-alerts')).toBeHidden();
});

test('a rehearsed attack becomes an alert in the list, on the map and in what is read out', async ({
  watched,
  system,
}) => {
  const simulator = async () => (await watched.request.get(`${system.url}/api/v1/scenarios`)).status();
  await expect.poll(simulator).toBe(200);
  await watched.getByRole('button', { name: 'Rehearse' }).click();
  await watched.getByLabel('Scenario').selectOption('ssh-brute-force');
  await expect(watched.locator('.rehearse-lesson')).not.toBeEmpty();
  await expect(watched.locator('.techniques')).toContainText('Password Guessing');
  await watched.getByLabel('Lines/s').fill('50');
  await watched.getByLabel('Seconds').fill('20');
  await watched.getByRole('button', { name: 'Start', exact: true }).click();

  await expect(alertRow(watched, 'SSH brute force')).toBeVisible({ timeout: DETECTION_MS });
  await expect(alertRow(watched, 'SSH brute force')).toContainText(/198\.1[89]\.\S+ +[A-Z]{2} +T1110\.001/);
  await expect.poll(() => paintedPixels(watched, 'alerts')).toBeGreaterThan(20);
  await expect(watched.locator('[data-announces=alerts]')).toContainText(/new alert/i);
  await expect(watched.locator('.open-alerts')).toContainText(/\d open alerts?/);
});

test('an opened alert shows its reason, its technique, its rule and the way of its events', async ({
  watched,
}) => {
  await openAlert(watched);
  const detail = watched.locator('.alert-detail');
  await expect(detail).toContainText(/\d+ failed logins from one source/);
  await expect(detail).toContainText('Credential Access');
  await expect(detail).toContainText('Password Guessing');
  await expect(detail.locator('.alert-rule-list li').first()).not.toBeEmpty();
  const trace = await detail.locator('.alert-event').first().getAttribute('href');
  const answer = await watched.request.get(trace ?? '');
  expect(((await answer.json()) as { state: string }).state).toBe('aggregated');
});

test('choosing an alert moves the map to its source, and Back gives the focus to its row', async ({
  watched,
}) => {
  await expect(watched.getByText('Events per 2° cell')).toBeVisible();
  await alertRow(watched, 'SSH brute force').focus();
  await watched.keyboard.press('Enter');
  await expect(watched.getByText('Events per 1° cell')).toBeVisible();
  await watched.getByRole('button', { name: 'Back to the list' }).click();
  await expect(alertRow(watched, 'SSH brute force')).toBeFocused();
});

test('an alert is acknowledged with a name and a note', async ({ watched }) => {
  await openAlert(watched);
  await watched.getByLabel('You').fill('ada');
  await watched.getByLabel('Note', { exact: true }).fill('A rehearsal.');
  await watched.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(watched.locator('.handling-notes')).toContainText('ada acknowledged it: A rehearsal.');
  await watched.getByRole('button', { name: 'Assign', exact: true }).click();
  await expect(alertRow(watched, 'SSH brute force')).toContainText('with ada');
});

test('a change that somebody else made first is shown and not written over', async ({ page, system }) => {
  await page.goto(system.url);
  await openAlert(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  const { items } = (await (await page.request.get(`${system.url}/api/v1/alerts`)).json()) as {
    items: Alert[];
  };
  const shown = items.find(({ rule }) => rule === 'ssh-brute-force');
  const theirs = await page.request.patch(`${system.url}/api/v1/alerts/${shown?.id}`, {
    headers: { 'if-match': `"${shown?.version}"` },
    data: { assignee: 'grace', by: 'grace' },
  });
  expect(theirs.ok()).toBe(true);

  await page.getByRole('button', { name: 'Close', exact: true }).first().click();
  await expect(page.getByText('Somebody else changed this alert first.')).toBeVisible();
  await expect(alertRow(page, 'SSH brute force')).toContainText('with grace');
});

test('the score of the rehearsal says that the attack was detected', async ({ watched }) => {
  await watched.getByRole('button', { name: 'Rehearse' }).click();
  const simulation = watched.locator('.simulation').first();
  const figure = (name: string) =>
    simulation.locator('.small-figures > div').filter({ has: watched.getByText(name, { exact: true }) });
  await expect(figure('detected')).toContainText('1 of 1', { timeout: DETECTION_MS });
  await expect(figure('recall')).toContainText('100%');
  await expect(figure('refused')).toContainText('0');
  await expect(simulation.locator('.phases li').first()).toContainText(
    /detected after .+ by .*ssh brute force/,
  );
});

test('a simulation is paused, goes on at another rate, and is stopped', async ({ watched }) => {
  await watched.getByRole('button', { name: 'Rehearse' }).click();
  await watched.getByLabel('Scenario').selectOption('benign-background');
  await watched.getByLabel('Lines/s').fill('20');
  await watched.getByLabel('Seconds').fill('');
  await watched.getByRole('button', { name: 'Start', exact: true }).click();
  const simulation = watched.locator('.simulation').filter({ hasText: 'until it is stopped' });
  await simulation.getByRole('button', { name: 'Pause' }).click();
  await expect(simulation).toContainText('paused');
  await simulation.getByLabel('Lines per second').fill('35');
  await simulation.getByRole('button', { name: 'Set rate' }).click();
  await expect(simulation).toContainText('35 lines/s');
  await simulation.getByRole('button', { name: 'Resume' }).click();
  await expect(simulation).toContainText('running');
  await simulation.getByRole('button', { name: 'Stop' }).click();
  await expect(simulation).toHaveCount(0);
});

test('what cannot be simulated is refused in words', async ({ page, system }) => {
  await page.goto(system.url);
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await page.getByLabel('Seconds').fill('');
  await page.getByLabel('Speed').fill('5');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByText(/Not started\. .+/)).toBeVisible();
});

test('the alerts that are listed can be had as CSV and as STIX', async ({ watched }) => {
  await watched.getByLabel('Status').selectOption('acknowledged');
  const address = async (format: string) =>
    (await watched.getByRole('link', { name: `Export alerts as ${format}` }).getAttribute('href')) ?? '';
  const csv = await (await watched.request.get(await address('CSV'))).text();
  expect(csv.match(/^"[\w-]+","live","[\w-]+"/gm)).toEqual([expect.stringContaining('"ssh-brute-force"')]);
  const stix = (await (await watched.request.get(await address('STIX'))).json()) as { type: string };
  expect(stix.type).toBe('bundle');
});

test('event time is told in figures, and its words in a popover', async ({ watched }) => {
  await expect(watched.locator('.key-figure').filter({ hasText: 'Event time behind' })).toContainText(
    /\d.*\d+ late events?/s,
  );
  await watched.getByRole('button', { name: 'What event time, watermark and late mean' }).click();
  await expect(watched.getByText('The watermark is the event time up to which')).toBeVisible();
  await watched.keyboard.press('Escape');
  await expect(watched.getByText('The watermark is the event time up to which')).toBeHidden();
});

test('alerts and rehearsals fit on a narrow screen', async ({ watched }) => {
  await watched.setViewportSize({ width: 360, height: 740 });
  const overflow = () => watched.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await watched.getByRole('button', { name: 'Rehearse' }).click();
  await expect(watched.locator('.simulation').first()).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await openAlert(watched);
  expect(await overflow()).toBeLessThanOrEqual(0);
});
