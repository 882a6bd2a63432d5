import type { Timeline } from '@watchfloor/contracts';
import { volumeSeries } from './volume-series';

const END = Date.UTC(2026, 0, 5, 10, 0, 0);
const tail = { endMs: END, bySecond: Array.from({ length: 60 }, (_, second) => second) };

const timeline = (windows: [number, number][], step: string): Timeline => ({
  timeline: 'live',
  step,
  from: 0,
  to: END,
  windows: windows.map(([start, events]) => ({ start, events, late: 0, byCategory: {} })),
});

describe('the volume of a window', () => {
  it('is the tail of the frame for the last minute, without any timeline', () => {
    const { times, eventsPerSecond } = volumeSeries('1m', null, tail);
    expect(eventsPerSecond).toEqual(tail.bySecond);
    expect(times.at(-1)).toBe(END / 1_000 - 1);
  });

  it('takes older seconds from the timeline and counts those that it leaves out as empty', () => {
    const { eventsPerSecond } = volumeSeries('5m', timeline([[END - 120_000, 77]], '1s'), tail);
    expect(eventsPerSecond).toHaveLength(300);
    expect(eventsPerSecond[180]).toBe(77);
    expect(eventsPerSecond[181]).toBe(0);
    expect(eventsPerSecond.slice(240)).toEqual(tail.bySecond);
  });

  it('is per second where the steps are longer', () => {
    const { eventsPerSecond } = volumeSeries('1h', timeline([[END - 600_000, 50]], '10s'), tail);
    expect(eventsPerSecond[300]).toBe(5);
    expect(eventsPerSecond.at(-1)).toBe(54.5);
  });
});
