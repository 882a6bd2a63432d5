/** @jest-environment node */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const css = readFileSync(join(__dirname, 'tokens.css'), 'utf8');

const themes = {
  dark: tokensOf(css.slice(css.indexOf(':root {'), css.indexOf(":root[data-theme='light']"))),
  light: tokensOf(css.slice(css.indexOf(":root[data-theme='light']"), css.indexOf('html {'))),
};

const STEPS = [0, 1, 2, 3, 4, 5].map((step) => `step-${step}`);

describe.each(Object.entries(themes))('the %s theme', (_, token) => {
  it.each(['text', 'text-soft', 'text-faint', 'critical', 'warning', 'info', 'ok'])(
    'shows %s as readable text on every ground',
    (name) => {
      for (const ground of ['sea', 'panel', 'raised']) {
        expect(contrast(token(name), token(ground))).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('shows every map step against land and sea', () => {
    for (const step of STEPS) {
      expect(contrast(token(step), token('land'))).toBeGreaterThanOrEqual(3);
      expect(contrast(token(step), token('sea'))).toBeGreaterThanOrEqual(3);
    }
  });

  it('orders the map steps by luminance alone, so that hue need not be seen', () => {
    const distances = STEPS.map((step) => contrast(token(step), token('land')));
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  it('shows the outline of controls and the focus ring', () => {
    for (const ground of ['sea', 'panel']) {
      expect(contrast(token('control-line'), token(ground))).toBeGreaterThanOrEqual(3);
      expect(contrast(token('focus'), token(ground))).toBeGreaterThanOrEqual(3);
    }
  });
});

function tokensOf(block: string): (name: string) => string {
  const tokens = new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
  return (name) => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`No token --${name}`);
    return value;
  };
}

/** Relative luminance and contrast ratio as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
