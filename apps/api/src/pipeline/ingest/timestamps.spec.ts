import fc from 'fast-check';
import { TimestampReader } from './timestamps';
import { aContext } from './testing';

const reader = (over = {}) => new TimestampReader(aContext(over));
const shown = (ms: number) => (Number.isNaN(ms) ? 'none' : new Date(ms).toISOString());

type Form = 'syslog' | 'iso' | 'slashed' | 'common' | 'ctime' | 'epochSeconds';

describe('timestamp reader', () => {
  it.each<[Form, string, string]>([
    ['syslog', 'Dec 10 06:55:46', '2026-12-10T06:55:46.000Z'],
    ['syslog', 'Dec  1 06:55:46', '2026-12-01T06:55:46.000Z'],
    ['syslog', 'Dec 1 06:55:46', '2026-12-01T06:55:46.000Z'],
    ['syslog', 'Dec 10 06:55:46.123456', '2026-12-10T06:55:46.123Z'],
    ['syslog', 'Dec 10 2019 06:55:46', '2019-12-10T06:55:46.000Z'],
    ['iso', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00.000Z'],
    ['iso', '2026-01-05T10:00:00.5+02:00', '2026-01-05T08:00:00.500Z'],
    ['iso', '2021-06-06T15:59:46.457984+0200', '2021-06-06T13:59:46.457Z'],
    ['iso', '2026-01-05 10:00:00,250', '2026-01-05T10:00:00.250Z'],
    ['iso', '2026-01-05 10:00:00 -0700', '2026-01-05T17:00:00.000Z'],
    ['iso', '2026-01-05 10:00:00 UTC', '2026-01-05T10:00:00.000Z'],
    ['iso', '2026-01-05T10:00:00-03', '2026-01-05T13:00:00.000Z'],
    ['slashed', '2026/01/05 10:00:00', '2026-01-05T10:00:00.000Z'],
    ['common', '10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36.000Z'],
    ['common', '1/Oct/2000:13:55:36 +0000', '2000-10-01T13:55:36.000Z'],
    ['common', '10/Oct/2000:13:55:36', '2000-10-10T13:55:36.000Z'],
    ['ctime', 'Sun Nov 22 18:00:00.123456 2026', '2026-11-22T18:00:00.123Z'],
    ['ctime', 'Sun Nov  1 18:00:00 2026', '2026-11-01T18:00:00.000Z'],
    ['epochSeconds', '1700000000', '2023-11-14T22:13:20.000Z'],
    ['epochSeconds', '1700000000.123456', '2023-11-14T22:13:20.123Z'],
    ['epochSeconds', '0.000000', '1970-01-01T00:00:00.000Z'],
  ])('reads %s %s to its end', (form, text, instant) => {
    const times = reader();
    expect(shown(times[form](`x ${text}`, 2))).toBe(instant);
    expect(times.end).toBe(text.length + 2);
  });

  it.each<[Form, string]>([
    ['syslog', 'Dec 32 06:55:46'],
    ['syslog', 'Feb 30 06:55:46'],
    ['syslog', 'Dez 10 06:55:46'],
    ['syslog', 'Dec 10 24:00:00'],
    ['syslog', 'Dec 10 06:55'],
    ['syslog', 'Dec'],
    ['iso', '2026-13-05T10:00:00Z'],
    ['iso', '2026-02-29T10:00:00Z'],
    ['iso', '2026-01-05'],
    ['slashed', '2026/01/05T10:00:00'],
    ['common', '10/Okt/2000:13:55:36 -0700'],
    ['ctime', 'Sun Nov 22 18:00:00'],
    ['epochSeconds', '123456789012'],
    ['epochSeconds', ''],
  ])('reads nothing from %s %s', (form, text) => {
    expect(reader()[form](text, 0)).toBeNaN();
  });

  it('puts times without an offset into the zone of the context', () => {
    const times = reader({ timezone: 'Europe/Zurich' });
    expect(shown(times.syslog('Jul  1 12:00:00', 0))).toBe('2026-07-01T10:00:00.000Z');
    expect(shown(times.iso('2026-01-05T12:00:00', 0))).toBe('2026-01-05T11:00:00.000Z');
    expect(shown(times.common('05/Jan/2026:12:00:00 +0000', 0))).toBe('2026-01-05T12:00:00.000Z');
  });

  it('reads a leap second as the first of the next minute', () => {
    expect(shown(reader().iso('2016-12-31T23:59:60Z', 0))).toBe('2017-01-01T00:00:00.000Z');
  });

  it('reads equal times of neighbouring lines alike, each with its own fraction', () => {
    const times = reader();
    expect(shown(times.syslog('Dec 10 06:55:46.100 a', 0))).toBe('2026-12-10T06:55:46.100Z');
    expect(shown(times.syslog('Dec 10 06:55:46 b', 0))).toBe('2026-12-10T06:55:46.000Z');
  });

  it('reads an ISO time after others as a reader does that has read none', () => {
    // Few values for each part, so that minutes repeat, leap seconds follow on them and impossible times come between.
    const part = (...texts: string[]) => fc.constantFrom(...texts);
    const time = fc
      .tuple(
        part('01-05', '12-31', '02-30'),
        part('10:00', '23:59'),
        part('00', '07', '59', '60', '61', 'x1'),
      )
      .chain(([day, minute, second]) =>
        part('Z', '.5+02:00', ' -0700', '').map((rest) => `2026-${day}T${minute}:${second}${rest}`),
      );
    fc.assert(
      fc.property(fc.array(time, { minLength: 2, maxLength: 8 }), (texts) => {
        const times = reader({ timezone: 'Europe/Zurich' });
        for (const text of texts)
          expect(shown(times.iso(text, 0))).toBe(shown(reader({ timezone: 'Europe/Zurich' }).iso(text, 0)));
      }),
    );
  });

  describe('of lines without a time', () => {
    it('assumes the arrival where it is known', () => {
      expect(reader({ nearestTo: 5 }).assumed()).toBe(5);
    });

    it('assumes the time of the line before, or the beginning of the year', () => {
      const times = reader();
      expect(shown(times.assumed())).toBe('2026-01-01T00:00:00.000Z');
      times.remember(Date.UTC(2026, 4, 1));
      expect(shown(times.assumed())).toBe('2026-05-01T00:00:00.000Z');
    });
  });
});
