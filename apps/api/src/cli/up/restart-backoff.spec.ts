import { countDeath, healthyAfterMs, restartDelayMs } from './restart-backoff';

describe('a part that dies', () => {
  it.each([1, 2, 3, 4])('for the %d. time in a row is started again within two seconds', (deaths) => {
    expect(restartDelayMs(deaths)).toBeLessThan(2_000);
  });

  it('is started ever more seldom, but at least twice a minute', () => {
    const delays = Array.from({ length: 40 }, (_, index) => restartDelayMs(index + 1));
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays.at(-1)).toBe(30_000);
  });

  it('begins anew after it has been healthy', () => {
    expect(countDeath(6, healthyAfterMs - 1)).toBe(7);
    expect(countDeath(6, healthyAfterMs)).toBe(1);
  });
});
