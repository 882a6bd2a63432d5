import { test as base, expect, type Page } from '@playwright/test';
import { RunningSystem } from './running-system';

interface WatchedPage {
  /** A page whose console and requests are judged when the test ends. */
  readonly watched: Page;
}

interface SharedSystem {
  /** Files that name different ones do not share a system. */
  readonly ownSystem: string;
  /** The whole system, started once for all tests of a file. */
  readonly system: RunningSystem;
}

/** Tests against the real system, each with a page that must stay without errors and on its own host. */
export const test = base.extend<WatchedPage, SharedSystem>({
  ownSystem: ['', { scope: 'worker', option: true }],
  system: [
    async ({ ownSystem: _ }, use) => {
      const system = await RunningSystem.start();
      await use(system);
      await system.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  watched: async ({ page, system }, use) => {
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (host !== new URL(system.url).host && protocol !== 'data:')
        problems.push(`left for ${request.url()}`);
    });
    await page.goto(system.url);
    await use(page);
    expect(problems).toEqual([]);
  },
});

export { expect };

/** Number of pixels that are painted on the canvas of a map pane (`cells`, `arcs`). */
export function paintedPixels(page: Page, pane: string): Promise<number> {
  return page.locator(`.leaflet-${pane}-pane canvas`).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    // Read from a copy: reading the canvas itself often makes Chromium warn, and draw it differently.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
      willReadFrequently: true,
    });
    copy?.drawImage(canvas, 0, 0);
    const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let painted = 0;
    for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) painted++;
    return painted;
  });
}
