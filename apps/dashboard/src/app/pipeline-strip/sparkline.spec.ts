import { sparklinePath } from './sparkline';

describe('a sparkline', () => {
  it('runs from the left to the right edge with its peak at the top', () => {
    expect(sparklinePath([0, 10, 5], 100, 20)).toBe('M0.0 19.0L50.0 1.0L100.0 10.0');
  });

  it('is empty while there is nothing to connect', () => {
    expect(sparklinePath([4], 100, 20)).toBe('');
  });

  it('lies at the bottom when nothing happens', () => {
    expect(sparklinePath([0, 0], 100, 20)).toBe('M0.0 19.0L100.0 19.0');
  });
});
