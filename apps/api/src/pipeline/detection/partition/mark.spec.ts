import { decodeMark, encodeMark, markOf } from './mark';

describe('a mark', () => {
  it('says of a commit how far time has come on each timeline, and nothing of its channels', () => {
    expect(
      markOf({ 'c:0:live': 9_000, 'c:1:replay-w:1': 8_000, 'w:live': 4_000, 'w:replay-1': 3_000 }),
    ).toEqual({
      watermarks: { live: 4_000, 'replay-1': 3_000 },
      flushed: [],
      ended: [],
    });
  });

  it('is read as it was written', () => {
    const mark = { watermarks: { live: 1_767_607_230_123 }, flushed: ['replay-1'], ended: ['replay-1'] };
    expect(decodeMark(encodeMark(mark))).toEqual(mark);
  });
});
