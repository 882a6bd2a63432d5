import type { ReadingContext } from './format';
import { TimestampReader } from './timestamps';

const days = (context: Omit<ReadingContext, 'timezone'>, ...dates: string[]) => {
  const times = new TimestampReader({ timezone: 'UTC', ...context });
  return dates.map((date) => new Date(times.syslog(`${date} 00:00:00`, 0)).toISOString().slice(0, 10));
};

describe('year of a date without one', () => {
  it('is the given year, whatever the order of the lines', () => {
    expect(days({ year: 2024 }, 'Dec 31', 'Jan  1')).toEqual(['2024-12-31', '2024-01-01']);
  });

  it('is the one that puts the line nearest to its arrival', () => {
    const nearestTo = Date.UTC(2026, 0, 3);
    expect(days({ nearestTo }, 'Dec 31', 'Jan  2', 'Jan 10', 'Jul  1')).toEqual([
      '2025-12-31',
      '2026-01-02',
      '2026-01-10',
      '2026-07-01',
    ]);
  });

  it('is a leap year for a 29 February, as near as there is one', () => {
    expect(days({ nearestTo: Date.UTC(2025, 5, 1) }, 'Feb 29')).toEqual(['2024-02-29']);
    expect(days({}, 'Feb 28', 'Feb 29', 'Mar  1')).toEqual(['1970-02-28', '1972-02-29', '1972-03-01']);
  });

  it('is 1970, and one more at each step back from December to January', () => {
    expect(days({}, 'Nov 30', 'Dec 31', 'Jan  1', 'Jun  1', 'Dec  1', 'Jan  1')).toEqual([
      '1970-11-30',
      '1970-12-31',
      '1971-01-01',
      '1971-06-01',
      '1971-12-01',
      '1972-01-01',
    ]);
  });

  it('is said to be inferred only where it was rolled forward from 1970', () => {
    const rolled = new TimestampReader({ timezone: 'UTC' });
    expect(rolled.yearsInferred).toBe(false);
    rolled.iso('2026-01-05T10:00:00Z', 0);
    expect(rolled.yearsInferred).toBe(false);
    rolled.syslog('Jan  5 10:00:00', 0);
    expect(rolled.yearsInferred).toBe(true);

    const given = new TimestampReader({ timezone: 'UTC', year: 2026 });
    given.syslog('Jan  5 10:00:00', 0);
    expect(given.yearsInferred).toBe(false);
  });

  it('does not move on for a date that does not exist', () => {
    expect(new TimestampReader({ timezone: 'UTC' }).syslog('Feb 30 00:00:00', 0)).toBeNaN();
  });
});
