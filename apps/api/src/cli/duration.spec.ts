import { parseDuration } from './duration';

describe('a duration', () => {
  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['10', 10_000],
    ['0s', undefined],
    ['-5s', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('written %p is %p ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});
