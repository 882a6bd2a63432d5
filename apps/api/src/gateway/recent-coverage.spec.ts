import { coverageOf, type Reach } from './recent-coverage';

const everything: Reach = { live: true, stoppedAt: undefined, trimmed: new Map(), highest: new Map() };

describe('what kept events answer for', () => {
  it('is the whole range while nothing was dropped', () => {
    expect(coverageOf(everything, 100, 200)).toEqual({ from: 100, to: 200, complete: true });
  });

  it('is the whole range where only older arrivals were dropped', () => {
    const reach = { ...everything, trimmed: new Map([[0, 100]]) };
    expect(coverageOf(reach, 100, 200)).toEqual({ from: 100, to: 200, complete: true });
  });

  it('begins, live, at the oldest arrival of the partition that keeps least', () => {
    const trimmed = new Map([
      [0, 120],
      [3, 150],
    ]);
    expect(coverageOf({ ...everything, trimmed }, 100, 200)).toEqual({ from: 150, to: 200, complete: false });
  });

  it('begins, live, where looking ended', () => {
    expect(coverageOf({ ...everything, stoppedAt: 180 }, 100, 200)).toEqual({
      from: 180,
      to: 200,
      complete: false,
    });
  });

  it('is nothing where all that is kept came after the range', () => {
    expect(coverageOf({ ...everything, stoppedAt: 900 }, 100, 200)).toEqual({
      from: 200,
      to: 200,
      complete: false,
    });
  });

  it('goes by event time on a recorded timeline, whose arrivals say nothing', () => {
    const recorded = {
      ...everything,
      live: false,
      trimmed: new Map([[0, 9_000]]),
      highest: new Map([[0, 130]]),
    };
    expect(coverageOf(recorded, 100, 200)).toEqual({ from: 130, to: 200, complete: false });
    expect(coverageOf({ ...recorded, highest: new Map() }, 100, 200)).toMatchObject({ from: 200 });
  });
});
