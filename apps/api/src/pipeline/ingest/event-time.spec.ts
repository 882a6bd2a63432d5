import fc from 'fast-check';
import { formatEventTime } from './event-time';

describe('event time', () => {
  it('is written as ISO 8601 in UTC with milliseconds, in any order of instants', () => {
    const instant = fc.integer({ min: -86_400_000, max: Date.UTC(9999, 11, 31) });
    fc.assert(fc.property(instant, (ms) => formatEventTime(ms) === new Date(ms).toISOString()));
  });

  it('is cut to the millisecond', () => {
    expect(formatEventTime(1_700_000_000_123.9)).toBe('2023-11-14T22:13:20.123Z');
  });
});
