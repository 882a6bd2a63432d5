import fc from 'fast-check';
import { normaliseTimestamp } from './event-timestamp';

const instants = fc.date({
  min: new Date('1970-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('normaliseTimestamp', () => {
  it('keeps the form of the pipeline', () => {
    fc.assert(
      fc.property(instants, (date) =>
        expect(normaliseTimestamp(date.toISOString())).toBe(date.toISOString()),
      ),
    );
  });

  it('takes any offset and gives UTC', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000);
        fc.pre(local.getTime() >= 0 && local.getUTCFullYear() <= 9999);
        const offset = Math.abs(minutes);
        const hh = String(Math.floor(offset / 60)).padStart(2, '0');
        const mm = String(offset % 60).padStart(2, '0');
        const zone = `${minutes < 0 ? '-' : '+'}${hh}:${mm}`;
        expect(normaliseTimestamp(local.toISOString().replace('Z', zone))).toBe(date.toISOString());
      }),
    );
  });

  it.each([
    ['2026-01-05T10:00:00Z', '2026-01-05T10:00:00.000Z'],
    ['2026-01-05T10:00:00.1Z', '2026-01-05T10:00:00.100Z'],
    ['2026-01-05T10:00:00.123456789Z', '2026-01-05T10:00:00.123Z'],
    ['2026-01-05T10:00:00,5+0200', '2026-01-05T08:00:00.500Z'],
    ['2026-01-05 10:00:00', '2026-01-05T10:00:00.000Z'],
    ['2026-01-05T10:00', '2026-01-05T10:00:00.000Z'],
    ['2026-01-05', '2026-01-05T00:00:00.000Z'],
    ['2024-02-29T00:00:00.000Z', '2024-02-29T00:00:00.000Z'],
    ['1970-01-01T00:30:00+00:30', '1970-01-01T00:00:00.000Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(normaliseTimestamp(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '1700000000',
    '05/Jan/2026:10:00:00 +0000',
    '2026-02-29T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-01-00T00:00:00.000Z',
    '2026-01-05T24:00:00.000Z',
    '2026-01-05T10:60:00.000Z',
    '2026-01-05T10:00:60.000Z',
    '2026-01-05T10:00:00.000+24:00',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00.000+00:01',
    '9999-12-31T23:59:59.999-00:01',
    '2026-01-05T10:00:00.000Z\n',
    '+002026-01-05T10:00:00.000Z',
  ])('reads no time in %j', (text) => {
    expect(normaliseTimestamp(text)).toBeUndefined();
  });
});
