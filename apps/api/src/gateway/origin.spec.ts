import { isAllowedOrigin } from './origin';

const host = 'floor.example:3000';

describe('an upgrade', () => {
  it('goes ahead for a program, which sends no origin', () => {
    expect(isAllowedOrigin({ host })).toBe(true);
  });

  it.each([
    'http://floor.example:3000',
    'https://floor.example:3000',
    'http://localhost:4200',
    'http://127.0.0.1:4200',
    'http://127.9.8.7',
    'http://[::1]:4200',
  ])('goes ahead for the page %s', (origin) => {
    expect(isAllowedOrigin({ host, origin })).toBe(true);
  });

  it.each([
    'https://elsewhere.example',
    'http://floor.example',
    'http://floor.example:3001',
    'http://floor.example:3000.elsewhere.example',
    'http://localhost.elsewhere.example',
    'http://127.0.0.1.elsewhere.example',
    'http://elsewhere.example/floor.example:3000',
    'null',
    '',
    'file:///tmp/page.html',
  ])('is refused for the page %j', (origin) => {
    expect(isAllowedOrigin({ host, origin })).toBe(false);
  });

  it('is refused for a page when the request names no host', () => {
    expect(isAllowedOrigin({ origin: 'https://elsewhere.example' })).toBe(false);
  });
});
