import { type QuietTimeline, whenQuiet } from './quiet-timeline';

const NOW = Date.UTC(2026, 0, 5, 10);
const SECOND = 1_000;

/** A timeline to which nothing came for so many seconds. */
function quietFor(seconds: number, over: Partial<QuietTimeline> = {}): QuietTimeline {
  return {
    timeline: 'replay-1',
    watermark: NOW - 3_600_000,
    flushed: false,
    ended: false,
    arrivedAt: NOW - seconds * SECOND,
    producer: undefined,
    ...over,
  };
}

describe('a quiet named timeline', () => {
  it('is flushed when nothing came for 10 s', () => {
    expect(whenQuiet(quietFor(9), NOW)).toBe('wait');
    expect(whenQuiet(quietFor(10), NOW)).toBe('flush');
  });

  it('waits for 10 min while its producer says that it goes on', () => {
    expect(whenQuiet(quietFor(599, { producer: 'open' }), NOW)).toBe('wait');
    expect(whenQuiet(quietFor(600, { producer: 'open' }), NOW)).toBe('flush');
  });

  it('is at its end at once when its producer said that it was all, flushed before or not', () => {
    expect(whenQuiet(quietFor(0, { producer: 'ended' }), NOW)).toBe('end');
    expect(whenQuiet(quietFor(60, { producer: 'ended', flushed: true }), NOW)).toBe('end');
  });

  it('comes to its end once', () => {
    const ended = { producer: 'ended', flushed: true, ended: true } as const;
    expect(whenQuiet(quietFor(60, ended), NOW)).toBe('wait');
  });

  it('is flushed once', () => {
    expect(whenQuiet(quietFor(60, { flushed: true }), NOW)).toBe('wait');
  });
});

describe('the quiet live timeline', () => {
  const live = (seconds: number, over: Partial<QuietTimeline> = {}): QuietTimeline =>
    quietFor(seconds, { timeline: 'live', watermark: NOW - 20 * SECOND, ...over });

  it('goes on by the clock, 15 s behind it, after 10 s without arrivals', () => {
    expect(whenQuiet(live(9), NOW)).toBe('wait');
    expect(whenQuiet(live(10), NOW)).toEqual({ watermark: NOW - 15 * SECOND });
  });

  it('goes on after a flush too, and by whole seconds only', () => {
    expect(whenQuiet(live(60, { flushed: true }), NOW)).toEqual({ watermark: NOW - 15 * SECOND });
    expect(whenQuiet(live(60, { watermark: NOW - 15_500 }), NOW)).toBe('wait');
  });

  it('is only flushed where its events are old: the rest of an old log would be late', () => {
    expect(whenQuiet(live(10, { watermark: NOW - 86_400_000 }), NOW)).toBe('flush');
  });
});
