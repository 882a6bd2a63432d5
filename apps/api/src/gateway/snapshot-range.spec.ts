import { SNAPSHOT_WINDOWS, type SnapshotWindow, WINDOW_STEPS } from '@watchfloor/contracts';
import fc from 'fast-check';
import { isSnapshotWindow, snapshotRange } from './snapshot-range';

const names = Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[];

describe('the range of a snapshot', () => {
  it('is the complete windows of its length and the open one', () => {
    const now = Date.parse('2026-01-05T10:00:30.250Z');
    expect(snapshotRange('1m', now)).toEqual({
      from: Date.parse('2026-01-05T09:59:30Z'),
      to: Date.parse('2026-01-05T10:00:31Z'),
      step: '1s',
    });
    expect(snapshotRange('24h', now)).toEqual({
      from: Date.parse('2026-01-04T10:00:00Z'),
      to: Date.parse('2026-01-05T10:01:00Z'),
      step: '1m',
    });
  });

  it('holds now, lies on window bounds and is as long as its name says, whatever the time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 0, max: 4e12 }), (window, now) => {
        const { from, to, step } = snapshotRange(window, now);
        const { sizeMs } = WINDOW_STEPS[step];
        expect(now).toBeGreaterThanOrEqual(to - sizeMs);
        expect(now).toBeLessThan(to);
        expect(Math.abs(from % sizeMs)).toBe(0);
        expect(to - from).toBe(SNAPSHOT_WINDOWS[window].lengthMs + sizeMs);
      }),
    );
  });

  it('does not reach behind what its windows are retained for', () => {
    for (const window of names) {
      const { from, step } = snapshotRange(window, 1e12);
      expect(1e12 - from).toBeLessThanOrEqual(WINDOW_STEPS[step].retentionMs + WINDOW_STEPS[step].sizeMs);
    }
  });
});

describe('the name of a snapshot window', () => {
  it.each(names)('may be %s', (name) => {
    expect(isSnapshotWindow(name)).toBe(true);
  });

  it.each(['', '2m', '1H', 'toString', '__proto__', 'constructor'])('is not %j', (name) => {
    expect(isSnapshotWindow(name)).toBe(false);
  });
});
