import { isTimeZone, timeZone } from './time-zone';

const utc = (zone: string, wall: string) =>
  new Date(timeZone(zone).toUtc(Date.parse(`${wall}Z`))).toISOString().slice(0, 16);

describe('time zone', () => {
  it.each([
    ['UTC', '2026-07-01T12:00', '2026-07-01T12:00'],
    ['Europe/Zurich', '2026-01-05T12:00', '2026-01-05T11:00'],
    ['Europe/Zurich', '2026-07-05T12:00', '2026-07-05T10:00'],
    ['America/New_York', '2026-07-05T12:00', '2026-07-05T16:00'],
    ['Asia/Kathmandu', '2026-07-05T12:00', '2026-07-05T06:15'],
    ['+02:00', '2026-07-05T12:00', '2026-07-05T10:00'],
    ['-0330', '2026-07-05T12:00', '2026-07-05T15:30'],
  ])('reads the wall clock of %s at %s as %s', (zone, wall, instant) => {
    expect(utc(zone, wall)).toBe(instant);
  });

  it.each([
    ['Europe/Zurich', '2026-10-25T02:30', '2026-10-25T00:30'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30'],
  ])('takes the first of two equal times when the clocks of %s go back', (zone, wall, instant) => {
    expect(utc(zone, wall)).toBe(instant);
  });

  it.each([
    ['Europe/Zurich', '2026-03-29T02:30', '2026-03-29T01:30'],
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:30'],
  ])('moves a time that the clocks of %s skip forward by the gap', (zone, wall, instant) => {
    expect(utc(zone, wall)).toBe(instant);
  });

  it('gives the same answer for a quarter hour that it saw before as for a new one', () => {
    const zone = timeZone('Europe/Zurich');
    const walls = ['2026-03-29T01:59', '2026-03-29T03:00', '2026-07-01T00:00'].map((wall) =>
      Date.parse(`${wall}Z`),
    );
    const first = walls.map((wall) => zone.toUtc(wall));
    expect(walls.map((wall) => zone.toUtc(wall))).toEqual(first);
  });

  it('keeps what is no time', () => {
    expect(timeZone('Europe/Zurich').toUtc(NaN)).toBeNaN();
  });

  it('knows which zones exist', () => {
    expect(['Europe/Zurich', 'UTC', '+05:30', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(() => timeZone('Mars/Olympus')).toThrow(RangeError);
  });
});
