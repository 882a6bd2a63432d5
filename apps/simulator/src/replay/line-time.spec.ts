import fc from 'fast-check';
import type { RequestedDataset } from '@watchfloor/contracts';
import { LineClock } from './line-time';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const HOUR_US = 3_600_000_000;

const clock = (dataset: RequestedDataset, timezone = 'UTC', year?: number) =>
  new LineClock({ dataset, timezone, year, nowMs: NOW_MS });

const timeOf = (line: string, dataset: RequestedDataset, timezone?: string, year?: number): string => {
  const { us } = clock(dataset, timezone, year).read(line);
  return us === undefined ? 'none' : new Date(us / 1000).toISOString();
};

const CASES: readonly (readonly [RequestedDataset, string, string, string])[] = [
  ['openssh', 'Nov  2 08:05:01 h sshd[1]: x', '2026-11-02T08:05:01.000Z', 'Nov  2 09:05:01 h sshd[1]: x'],
  [
    'openssh',
    '<38>Nov 12 23:30:00 h sshd[1]: x',
    '2026-11-12T23:30:00.000Z',
    '<38>Nov 13 00:30:00 h sshd[1]: x',
  ],
  [
    'openssh',
    '2026-11-02T08:05:01.123456+02:00 h sshd[1]: x',
    '2026-11-02T06:05:01.123Z',
    '2026-11-02T09:05:01.123456+02:00 h sshd[1]: x',
  ],
  [
    'zeek',
    '{"ts":1763836801.123456,"uid":"C1"}',
    '2025-11-22T18:40:01.123Z',
    '{"ts":1763840401.123456,"uid":"C1"}',
  ],
  [
    'suricata.eve',
    '{"timestamp":"2026-11-02T08:05:01.000010+0200","flow":{"start":"2026-11-02T08:04:59.900000+0200"}}',
    '2026-11-02T06:05:01.000Z',
    '{"timestamp":"2026-11-02T09:05:01.000010+0200","flow":{"start":"2026-11-02T09:04:59.900000+0200"}}',
  ],
  [
    'cowrie',
    '{"eventid":"cowrie.login.failed","timestamp":"2026-11-02T08:05:01.5Z"}',
    '2026-11-02T08:05:01.500Z',
    '{"eventid":"cowrie.login.failed","timestamp":"2026-11-02T09:05:01.5Z"}',
  ],
  [
    'nginx.access',
    '198.18.0.1 - - [02/Nov/2026:08:05:01 -0330] "GET /a[1] HTTP/1.1" 200 1 "-" "x"',
    '2026-11-02T11:35:01.000Z',
    '198.18.0.1 - - [02/Nov/2026:09:05:01 -0330] "GET /a[1] HTTP/1.1" 200 1 "-" "x"',
  ],
  [
    'nginx.error',
    '2026/11/02 08:05:01 [error] x',
    '2026-11-02T08:05:01.000Z',
    '2026/11/02 09:05:01 [error] x',
  ],
  [
    'apache.error',
    '[Mon Nov 02 23:05:01.000123 2026] [core:error] x',
    '2026-11-02T23:05:01.000Z',
    '[Tue Nov 03 00:05:01.000123 2026] [core:error] x',
  ],
];

describe('LineClock', () => {
  it.each(CASES)('reads the time of %s: %s', (dataset, line, time) => {
    expect(timeOf(line, dataset)).toBe(time);
  });

  it.each(CASES)('moves the time of %s in its own notation: %s', (dataset, line, _time, moved) => {
    expect(clock(dataset).read(line).shifted(HOUR_US)).toBe(moved);
  });

  it.each(CASES)('recognises the notation of %s without being told: %s', (_dataset, line, time) => {
    expect(timeOf(line, 'auto')).toBe(time);
  });

  it('reads times without a zone in the zone that it is told', () => {
    expect(timeOf('Jul  2 08:05:01 h sshd[1]: x', 'openssh', 'Europe/Zurich', 2026)).toBe(
      '2026-07-02T06:05:01.000Z',
    );
    expect(timeOf('Dec  2 08:05:01 h sshd[1]: x', 'openssh', 'Europe/Zurich', 2026)).toBe(
      '2026-12-02T07:05:01.000Z',
    );
  });

  it('writes a moved time without a zone in UTC', () => {
    const { shifted } = clock('openssh', 'Europe/Zurich', 2026).read('Jul  2 08:05:01 h sshd[1]: x');
    expect(shifted(0)).toBe('Jul  2 06:05:01 h sshd[1]: x');
  });

  it('goes on to the next year at the step from December to January', () => {
    const reader = clock('openssh', 'UTC', 2024);
    const years = ['Dec 31 23:59:59 h x', 'Jan  1 00:00:01 h x', 'Feb  1 00:00:01 h x'].map((line) => {
      reader.read(line);
      return reader.year;
    });
    expect(years).toEqual([2024, 2025, 2025]);
  });

  it('takes the year nearest to now when it is told none', () => {
    expect(timeOf('Dec 20 00:00:00 h x', 'openssh')).toBe('2026-12-20T00:00:00.000Z');
    expect(timeOf('Jan 20 00:00:00 h x', 'openssh')).toBe('2027-01-20T00:00:00.000Z');
  });

  it('finds the time column of a tab-separated Zeek log in its header', () => {
    const reader = clock('zeek');
    reader.read('#fields\tuid\tts\tid.orig_h');
    const line = reader.read('C1\t1763836801.000001\t198.18.0.1');
    expect(line.us).toBe(1_763_836_801_000_001);
    expect(line.shifted(1_000_000)).toBe('C1\t1763836802.000001\t198.18.0.1');
  });

  it('leaves a line without a time as it is', () => {
    expect(clock('openssh').read('no time here')).toMatchObject({ us: undefined });
    expect(clock('openssh').read('Foo 99 99:99:99 x').shifted(HOUR_US)).toBe('Foo 99 99:99:99 x');
  });

  it('reads what it has moved as moved by exactly that much, in every notation', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CASES),
        fc.integer({ min: -9_000, max: 9_000 }),
        ([dataset, line], hours) => {
          const original = clock(dataset, 'UTC', 2026).read(line);
          const moved = original.shifted(hours * HOUR_US);
          const year = new Date(((original.us ?? 0) + hours * HOUR_US) / 1000).getUTCFullYear();
          expect(clock(dataset, 'UTC', year).read(moved).us).toBe((original.us ?? 0) + hours * HOUR_US);
        },
      ),
    );
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        expect(typeof clock('auto').read(line).shifted(HOUR_US)).toBe('string');
      }),
    );
  });
});
