import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { decodeChange, encodeChange, type TimelineChange } from './change';
import { toEventRow } from './event-row';
import { Tally } from './tally';
import { countableEvent, decoded, inWords, rowOf } from './testing';

const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

const window = fc.array(countableEvent, { maxLength: 10 }).map((events) => {
  const tally = new Tally();
  for (const event of events) tally.add('openssh|authentication|failure|high|login', rowOf(event));
  tally.late = events.length >> 1;
  return tally;
});

const timelineChange: fc.Arbitrary<TimelineChange> = fc.record({
  timeline: fc.stringMatching(/^[a-z0-9-]{1,10}$/),
  watermark: fc.option(time, { nil: undefined }),
  future: fc.nat(),
  windows: fc.array(fc.tuple(time, window), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  rows: fc.array(countableEvent.map(toEventRow), { maxLength: 3 }),
});

function inWordsOf<W>(change: TimelineChange<W>, tallyIn: (window: W) => Tally): object {
  const windows = [...change.windows].map(([start, window]) => [start, inWords(tallyIn(window))]);
  return { ...change, windows };
}

describe('a change', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.array(timelineChange, { maxLength: 3 }), (timelines) => {
        const read = decodeChange(encodeChange({ timelines }));
        expect(read.timelines.map((one) => inWordsOf(one, decoded))).toEqual(
          timelines.map((one) => inWordsOf(one, (tally) => tally)),
        );
      }),
    );
  });

  it('keeps an unknown watermark apart from one at the epoch', () => {
    const at = (watermark: number | undefined): TimelineChange => ({
      timeline: 'live',
      watermark,
      future: 0,
      windows: new Map(),
      rows: [toEventRow(anEvent())],
    });
    const read = decodeChange(encodeChange({ timelines: [at(undefined), at(0)] }));
    expect(read.timelines.map(({ watermark }) => watermark)).toEqual([undefined, 0]);
  });
});
