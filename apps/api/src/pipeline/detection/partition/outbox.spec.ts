import { isWorthTelling, lowestProgress, slowestOf } from './outbox';

const at = (watermark: number, flushed = false, ended = false) => ({ watermark, flushed, ended });

describe('progress', () => {
  it('is told once for each whole second of event time', () => {
    expect(isWorthTelling(undefined, at(1_500))).toBe(true);
    expect(isWorthTelling(at(1_500), at(1_999))).toBe(false);
    expect(isWorthTelling(at(1_500), at(2_000))).toBe(true);
  });

  it('is told when a timeline is flushed, and when it goes on', () => {
    expect(isWorthTelling(at(1_500), at(1_500, true))).toBe(true);
    expect(isWorthTelling(at(1_500, true), at(1_600))).toBe(true);
    expect(isWorthTelling(at(1_500, true), at(1_500, true, true))).toBe(true);
  });

  it('of all partitions is that of the slowest, and unknown while one has not said', () => {
    expect(lowestProgress([at(3_000), at(2_000, true)])).toEqual(at(2_000));
    expect(lowestProgress([at(3_000, true), at(2_000, true)])).toEqual(at(2_000, true));
    expect(lowestProgress([at(3_000, true, true), at(2_000, true)])).toEqual(at(2_000, true));
    expect(lowestProgress([at(3_000), undefined])).toBeUndefined();
  });
});

describe('what every receiver has', () => {
  it('ends at the entry of the slowest, by number and not by text', () => {
    expect(slowestOf(['10-0', '9-1', '9-0'])).toBe('9-0');
    expect(slowestOf(['9-10', '9-9'])).toBe('9-9');
  });

  it('is nothing while one has read nothing', () => {
    expect(slowestOf(['9-0', null])).toBeUndefined();
  });
});
