import fc from 'fast-check';
import { advanceWatermark, coverRange, isLate, parseEventTime, windowStart } from './index';

describe('a tumbling window', () => {
  it('takes an event on the boundary into the window that begins there', () => {
    expect(windowStart(1_000, 1_000)).toBe(1_000);
    expect(windowStart(999, 1_000)).toBe(0);
  });
});

describe('a cover', () => {
  it('holds every instant of the range once, with no window reaching outside', () => {
    const sizes = [1_000, 10_000, 60_000, 3_600_000];
    const seconds = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        const [from, to] = [Math.min(a, b) * 1_000, Math.max(a, b) * 1_000];
        const cover = coverRange(from, to, sizes);
        let at = from;
        for (const { start, sizeMs } of cover) {
          expect(start).toBe(at);
          expect(start % sizeMs).toBe(0);
          at += sizeMs;
        }
        expect(at).toBe(to);
      }),
    );
  });

  it('of a day needs few windows', () => {
    const to = 1_767_607_261_000;
    expect(coverRange(to - 86_400_000, to, [1_000, 10_000, 60_000, 3_600_000]).length).toBeLessThan(200);
  });
});

describe('a watermark', () => {
  const outOfOrder = 5_000;

  it('is held back by the slowest channel that still has something to bring', () => {
    const channels = [
      { highest: 100_000, pending: true },
      { highest: 40_000, pending: true },
    ];
    expect(advanceWatermark(undefined, channels, outOfOrder)).toBe(35_000);
  });

  it('leaves an empty channel out, however far behind it is', () => {
    const channels = [
      { highest: 100_000, pending: true },
      { highest: 40_000, pending: false },
    ];
    expect(advanceWatermark(undefined, channels, outOfOrder)).toBe(95_000);
  });

  it('waits while a channel is about to bring its first event', () => {
    const channels = [
      { highest: 100_000, pending: false },
      { highest: undefined, pending: true },
    ];
    expect(advanceWatermark(60_000, channels, outOfOrder)).toBe(60_000);
  });

  it('follows the highest event when every channel is empty', () => {
    const channels = [
      { highest: 100_000, pending: false },
      { highest: 40_000, pending: false },
    ];
    expect(advanceWatermark(undefined, channels, outOfOrder)).toBe(95_000);
  });

  it('never goes back', () => {
    const channel = fc.record({
      highest: fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
      pending: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.array(channel), (current, channels) => {
        expect(advanceWatermark(current, channels, outOfOrder)).toBeGreaterThanOrEqual(current);
      }),
    );
  });
});

describe('lateness', () => {
  it('begins when the watermark reaches the end of the window plus the allowed lateness', () => {
    expect(isLate(10_500, 70_999, 1_000, 60_000)).toBe(false);
    expect(isLate(10_500, 71_000, 1_000, 60_000)).toBe(true);
  });

  it('does not exist before the first watermark', () => {
    expect(isLate(0, undefined, 1_000, 60_000)).toBe(false);
  });
});

describe('parseEventTime', () => {
  it('reads what toISOString wrote', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(parseEventTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
