import fc from 'fast-check';
import {
  clockTime,
  compactCount,
  coordinates,
  duration,
  durationOrUnknown,
  exactCount,
  inWords,
  percentage,
  preciseClockTime,
  shortCount,
} from './figures';

describe('figures', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [999, '999'],
    [999.9, '1k'],
    [1_000, '1k'],
    [1_234, '1.23k'],
    [16_740, '16.7k'],
    [999_949, '1M'],
    [4_321_000_000, '4.32G'],
    [3.14159, '3.14'],
  ])('shorten %p to %p', (count, expected) => {
    expect(compactCount(count)).toBe(expected);
  });

  it('never show more than three digits and a unit', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (count) => {
        expect(shortCount(count).figure.replace('.', '').length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it.each([
    [0, '0 ms'],
    [412, '412 ms'],
    [3_240, '3.2 s'],
    [9_960, '10 s'],
    [224_000, '3 m 44 s'],
    [7_500_000, '2 h 5 m'],
  ])('write %p ms as %p', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });

  it('say that something is not known instead of showing NaN', () => {
    expect(durationOrUnknown(null)).toBe('n/a');
    expect(percentage(null)).toBe('n/a');
  });

  it('write counts, shares, names, times and places', () => {
    expect(exactCount(1_234_567)).toBe('1,234,567');
    expect(percentage(0.856)).toBe('86%');
    expect(inWords('invalid_timestamp')).toBe('invalid timestamp');
    expect(clockTime(Date.UTC(2026, 0, 5, 10, 42, 18))).toBe('10:42:18');
    expect(preciseClockTime('2026-01-05T10:42:18.971Z')).toBe('10:42:18.971');
    expect(preciseClockTime('yesterday')).toBe('yesterday');
    expect(coordinates(-23.5, -46.6)).toBe('23.5° S, 46.6° W');
  });
});
