import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import { compareEntryIds } from '@watchfloor/redis';
import fc from 'fast-check';
import { encodeBatch } from '../batch-codec';
import type { BatchMeta } from '../entry';
import type { Segment, SegmentEntry } from '../segment';
import { aggregate, type Aggregated, type AggregationContext, watermarkField } from './aggregate';
import { CountedColumns } from './counted-columns';
import { KnownWords } from './facet';
import { Tally } from './tally';
import { inWords, TARGET } from './testing';

const START = Date.parse('2026-01-05T10:00:00.000Z');

/** One keyed entry; times are seconds behind `START`. */
interface Keyed {
  readonly at: readonly number[];
  readonly from?: number;
  /** Highest event time of the channel; default: the highest of the entry. -1: none yet. */
  readonly highest?: number;
  readonly timeline?: string;
  readonly future?: number[];
  /** What no schema lets through: one text for the list of categories. */
  readonly broken?: boolean;
}

function toEntry(
  { at, from = 0, timeline = 'live', future, broken = false, ...rest }: Keyed,
  i: number,
): SegmentEntry {
  const times = at.map((second) => START + second * 1_000);
  const events = times.map((time): NormalisedEvent =>
    anEvent({
      '@timestamp': new Date(time).toISOString(),
      ...(broken ? { event: { category: 'elsewhere' } as never } : {}),
    }),
  );
  const highest = rest.highest ?? Math.max(...at);
  const meta: BatchMeta = {
    at: START,
    ingestedAt: START,
    from,
    highest: highest < 0 ? -1 : START + highest * 1_000,
  };
  const body = encodeBatch(future ? { times, events, future } : { times, events });
  return { id: `${i + 1}-0`, events: events.length, timeline, meta: JSON.stringify(meta), body };
}

function toSegment(entries: readonly SegmentEntry[], watermarks: ReadonlyMap<string, number>): Segment {
  const order = { stage: 'aggregation' as const, partition: 0, base: '0-0', to: entries.at(-1)?.id ?? '0-0' };
  return { order, entries, watermarks, channels: new Map() };
}

function run(
  entries: readonly Keyed[],
  context: Partial<AggregationContext> = {},
  watermarks: ReadonlyMap<string, number> = new Map(),
): Aggregated {
  return runEntries(entries.map(toEntry), context, watermarks);
}

function runEntries(
  entries: readonly SegmentEntry[],
  context: Partial<AggregationContext>,
  watermarks: ReadonlyMap<string, number>,
): Aggregated {
  return aggregate(toSegment(entries, watermarks), {
    partitions: 2,
    upstream: { pending: () => false },
    columns: new CountedColumns(new KnownWords(100), () => TARGET),
    ...context,
  });
}

/** Events and late ones by the second of their window. */
function windowsOf(result: Aggregated, timeline = 'live'): [second: number, events: number, late: number][] {
  const change = result.change.timelines.find((one) => one.timeline === timeline);
  return [...(change?.windows ?? [])]
    .map(([start, { events, late }]): [number, number, number] => [(start - START) / 1_000, events, late])
    .sort(([a], [b]) => a - b);
}

/** A timeline's watermark in seconds behind `START`. */
function watermarkOf(result: Aggregated, timeline = 'live'): number | undefined {
  const watermark = result.watermarks[watermarkField(timeline)];
  return watermark === undefined ? undefined : (watermark - START) / 1_000;
}

describe('a late event', () => {
  it('is decided against the watermark before its entry: none of its own entry can make it late', () => {
    const together = run([{ at: [0, 1_000] }]);
    expect(together.late).toBe(0);
    const behind = run([{ at: [1_000] }, { at: [0] }]);
    expect(behind.late).toBe(1);
  });

  it('still counts in its window', () => {
    const result = run([{ at: [1_000] }, { at: [0, 0] }]);
    expect(windowsOf(result)).toEqual([
      [0, 2, 2],
      [1_000, 1, 0],
    ]);
    expect(result.aggregated).toBe(3);
  });

  it('is one whose window closed 60 s and 5 s of disorder ago, and not one a second younger', () => {
    expect(run([{ at: [66] }, { at: [0] }]).late).toBe(1);
    expect(run([{ at: [65] }, { at: [0] }]).late).toBe(0);
  });

  it('is late against the watermark that an earlier segment left', () => {
    const first = run([{ at: [1_000] }]);
    const second = run([{ at: [0] }], {}, new Map(Object.entries(first.watermarks)));
    expect(second.late).toBe(1);
  });
});

describe('an event from the future', () => {
  it('is counted, but in no window, and moves no watermark', () => {
    const result = run([{ at: [5, 9_000], highest: 5, future: [1] }]);
    expect(result).toMatchObject({ aggregated: 2, future: 1, late: 0 });
    expect(result.change.timelines).toMatchObject([{ future: 1 }]);
    expect(windowsOf(result)).toEqual([[5, 1, 0]]);
    expect(watermarkOf(result)).toBe(0);
  });

  it('alone leaves the timeline without a watermark', () => {
    const result = run([{ at: [9_000], highest: -1, future: [0] }]);
    expect(result.watermarks).toEqual({});
    expect(windowsOf(result)).toEqual([]);
  });
});

describe('the watermark', () => {
  const fastAndSlow: Keyed[] = [
    { at: [10], from: 1 },
    { at: [100], from: 0 },
  ];

  it('is held back by a channel that still has something to bring', () => {
    const result = run(fastAndSlow, { upstream: { pending: () => true } });
    expect(watermarkOf(result)).toBe(5);
  });

  it('is not held back by a channel that is empty', () => {
    const result = run(fastAndSlow, { upstream: { pending: (from) => from === 0 } });
    expect(watermarkOf(result)).toBe(95);
  });

  it('is not moved past what its own segment still brings: the two entries are on time in one segment as in two', () => {
    const entries: Keyed[] = [
      { at: [1_000], from: 0 },
      { at: [0], from: 1 },
    ];
    const result = run(entries, {
      upstream: { pending: (from, _, after) => from === 1 && compareEntryIds('2-0', after) > 0 },
    });
    expect(result.late).toBe(0);
    expect(watermarkOf(result)).toBe(995);
  });

  it('does not begin while a channel with something to bring has brought nothing', () => {
    const result = run([{ at: [100], from: 0 }], { upstream: { pending: () => true } });
    expect(watermarkOf(result)).toBeUndefined();
  });

  it('is moved by an entry without events', () => {
    const result = run([{ at: [], highest: 100 }]);
    expect(result.aggregated).toBe(0);
    expect(watermarkOf(result)).toBe(95);
  });

  it('never goes back', () => {
    const result = run(
      [{ at: [10], from: 1 }],
      { upstream: { pending: () => true } },
      new Map([
        [watermarkField('live'), START + 500_000],
        ['c:0:live', START + 505_000],
      ]),
    );
    expect(watermarkOf(result)).toBe(500);
  });
});

describe('timelines', () => {
  it('have windows, watermarks and late events of their own', () => {
    const result = run([
      { at: [1_000], timeline: 'live' },
      { at: [0], timeline: 'replay' },
      { at: [0], timeline: 'live' },
    ]);
    expect(windowsOf(result, 'live')).toEqual([
      [0, 1, 1],
      [1_000, 1, 0],
    ]);
    expect(windowsOf(result, 'replay')).toEqual([[0, 1, 0]]);
    expect([watermarkOf(result, 'live'), watermarkOf(result, 'replay')]).toEqual([995, -5]);
  });
});

describe('the size of a segment', () => {
  const entry = fc.record({
    at: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 4 }),
    from: fc.integer({ min: 0, max: 1 }),
    timeline: fc.constantFrom('live', 'replay'),
  });

  /** Runs entries in segments of `size`, each with what the one before left, and sums up. */
  function inSegments(
    entries: readonly SegmentEntry[],
    size: number,
    upstream: AggregationContext['upstream'],
  ) {
    const windows = new Map<string, Tally>();
    let watermarks = new Map<string, number>();
    let late = 0;
    for (let at = 0; at < entries.length; at += size) {
      const result = runEntries(entries.slice(at, at + size), { upstream }, watermarks);
      watermarks = new Map([...watermarks, ...Object.entries(result.watermarks)]);
      late += result.late;
      for (const { timeline, windows: gained } of result.change.timelines) {
        for (const [start, tally] of gained) {
          const name = `${timeline} ${start}`;
          const window = windows.get(name) ?? new Tally();
          window.merge(tally);
          windows.set(name, window);
        }
      }
    }
    const inWindows = Object.fromEntries([...windows].map(([name, tally]) => [name, inWords(tally)]));
    return { windows: inWindows, watermarks, late };
  }

  /** What partitions still have to bring: those of `upstream` have more, and what the entries themselves bring behind one. */
  function upstreamOf(drawn: readonly Keyed[], upstream: readonly boolean[]): AggregationContext['upstream'] {
    return {
      pending: (from, timeline, after) =>
        (upstream[from] ?? false) ||
        drawn.some(
          (one, i) =>
            one.from === from && one.timeline === timeline && compareEntryIds(`${i + 1}-0`, after) > 0,
        ),
    };
  }

  it('changes no window, no watermark and no decision on what is late', () => {
    const more = fc.array(fc.boolean(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 11 }),
        more,
        (drawn, size, channels) => {
          const upstream = upstreamOf(drawn, channels);
          const entries = drawn.map(toEntry);
          expect(inSegments(entries, size, upstream)).toEqual(inSegments(entries, entries.length, upstream));
        },
      ),
    );
  });
});

describe('an event that cannot be counted', () => {
  it('is a dead letter alone: those beside it count', () => {
    const result = run([{ at: [1] }, { at: [1], broken: true }, { at: [1] }]);
    expect(result.deadLetters).toMatchObject([{ reason: 'poison', entry: '2-0', row: 0, timeline: 'live' }]);
    expect(result.aggregated).toBe(2);
    expect(windowsOf(result)).toEqual([[1, 2, 0]]);
  });
});

test('windows take room for their events, not each for those of the whole segment', () => {
  const apart = Array.from({ length: 1_000 }, (_, i) => i * 7);
  const before = process.memoryUsage().arrayBuffers;
  const result = run([{ at: apart }]);
  const mb = (process.memoryUsage().arrayBuffers - before) / 2 ** 20;
  expect(windowsOf(result)).toHaveLength(1_000);
  expect(mb).toBeLessThan(8);
});

test('the live feed gets the newest dozen rows of a segment, newest last', () => {
  const result = run([{ at: [0, 1, 2, 3, 4, 5, 6, 7] }, { at: [8, 9, 10, 11, 12, 13] }]);
  const times = result.change.timelines[0]?.rows.map(({ time }) => (Date.parse(time) - START) / 1_000);
  expect(times).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
});
