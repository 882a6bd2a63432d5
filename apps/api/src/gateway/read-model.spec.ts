import { SNAPSHOT_WINDOWS, type SnapshotWindow } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import type { Change, TimelineChange } from '../pipeline/aggregation/change';
import { type EncodedTally, encodeTally } from '../pipeline/aggregation/tally-codec';
import { ReadModel, TimelineModel } from './read-model';
import { summarise } from './summary';
import { aRow } from './testing';
import { tallyOf } from './tally-of-events';

const NOON = Date.parse('2026-01-05T12:00:00Z');

const logins = (users: readonly string[]): EncodedTally =>
  encodeTally(tallyOf(users.map((name) => ({ event: anEvent({ user: { name } }) }))));

function change(timeline: string, over: Partial<TimelineChange<EncodedTally>> = {}): Change<EncodedTally> {
  return {
    timelines: [{ timeline, watermark: undefined, future: 0, windows: new Map(), rows: [], ...over }],
  };
}

const windows = fc.constantFrom(...(Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[]));
const moves = fc.oneof(
  fc.record({
    kind: fc.constant('gain' as const),
    ageS: fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.nat(70),
      fc.nat(5_000),
      fc.integer({ min: -300, max: 0 }),
    ),
    users: fc.array(fc.constantFrom('root', 'ada', 'bob'), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('watch' as const), window: windows }),
  fc.record({
    kind: fc.constant('wait' as const),
    ms: fc.oneof(fc.nat(400), fc.integer({ min: 400, max: 90_000 })),
  }),
  fc.record({ kind: fc.constant('prune' as const) }),
  fc.record({ kind: fc.constant('settle' as const) }),
);

describe('a range that somebody looks at', () => {
  it.each(['live', 'recorded'])('says at any time what its windows sum to, %s', (name) => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), windows, (steps, last) => {
        const timeline = new TimelineModel(name, 1_000);
        let now = NOON;
        const check = (window: SnapshotWindow): void => {
          const { range, tally } = timeline.watch(window, now);
          const anew = timeline.book.sum(range.from, range.to);
          expect(summarise(tally, {})).toEqual(summarise(anew, {}));
        };
        for (const step of steps) {
          if (step.kind === 'wait') now += step.ms;
          else if (step.kind === 'prune') timeline.prune(now);
          else if (step.kind === 'settle') timeline.settle(now);
          else if (step.kind === 'watch') check(step.window);
          else timeline.gain(Math.floor(now / 1_000 - step.ageS) * 1_000, logins(step.users), now);
        }
        check(last);
      }),
      { numRuns: 150 },
    );
  });

  it('counts a gain at once, without being summed anew', () => {
    const timeline = new TimelineModel('live', 1_000);
    const { tally } = timeline.watch('1m', NOON);
    timeline.gain(NOON, logins(['root', 'ada']), NOON);
    expect(timeline.watch('1m', NOON + 900).tally).toBe(tally);
    expect(tally.events).toBe(2);
  });

  it('leaves a gain that lies ahead of it until it gets there', () => {
    const timeline = new TimelineModel('live', 1_000);
    expect(timeline.watch('1m', NOON).tally.events).toBe(0);
    timeline.gain(NOON + 1_000, logins(['root']), NOON);
    expect(timeline.watch('1m', NOON).tally.events).toBe(0);
    expect(timeline.watch('1m', NOON + 1_000).tally.events).toBe(1);
  });

  it('drops what it has moved past', () => {
    const timeline = new TimelineModel('live', 1_000);
    timeline.gain(NOON, logins(['root']), NOON);
    expect(timeline.watch('1m', NOON + 60_999).tally.events).toBe(1);
    expect(timeline.watch('1m', NOON + 61_000).tally.events).toBe(0);
  });
});

describe('a timeline', () => {
  it('takes the wall clock as now when live, the end of what it has when recorded', () => {
    const live = new TimelineModel('live', 100);
    const recorded = new TimelineModel('case-1', 100);
    for (const timeline of [live, recorded]) timeline.gain(NOON, logins(['root']), NOON + 5_000);
    expect(live.reference(NOON + 5_000)).toBe(NOON + 5_000);
    expect(recorded.reference(NOON + 5_000)).toBe(NOON);
  });

  it('is as far as its slowest partition', () => {
    const timeline = new TimelineModel('live', 100);
    expect(timeline.watermark).toBeUndefined();
    timeline.setWatermark(0, 500);
    timeline.setWatermark(1, 300);
    expect(timeline.watermark).toBe(300);
    timeline.setWatermark(1, 900);
    expect(timeline.watermark).toBe(500);
  });

  it('keeps its 200 newest rows, newest first', () => {
    const timeline = new TimelineModel('live', 100);
    for (let i = 0; i < 210; i += 2) timeline.addRows([aRow(`event-${i}`), aRow(`event-${i + 1}`)]);
    expect(timeline.rows).toHaveLength(200);
    expect(timeline.rows[0]?.id).toBe('event-209');
    expect(timeline.rows.at(-1)?.id).toBe('event-10');
  });
});

describe('the read model', () => {
  it('adds up what each partition has aggregated, the newest figure of each', () => {
    const model = new ReadModel(3, 100);
    model.setTotal(0, 5);
    model.setTotal(2, 7);
    model.setTotal(0, 6);
    expect(model.allEvents).toBe(13);
  });

  it('has a higher revision after each change', () => {
    const model = new ReadModel(1, 100);
    model.apply(0, change('live'), NOON);
    model.apply(0, change('case-1'), NOON);
    expect(model.revision).toBe(2);
  });

  it('applies a change to the timeline it is of and leaves one that nobody opened', () => {
    const model = new ReadModel(1, 100);
    const live = model.open('live');
    const windows = new Map([[NOON, logins(['root'])]]);
    model.apply(0, change('live', { windows, watermark: NOON, rows: [aRow('event-1')] }), NOON);
    model.apply(0, change('case-1', { windows }), NOON);
    expect(live.watch('1m', NOON).tally.events).toBe(1);
    expect(live.watermark).toBe(NOON);
    expect(live.rows.map(({ id }) => id)).toEqual(['event-1']);
    expect(model.timeline('case-1')).toBeUndefined();
  });

  it('drops named timelines that nobody asked for, and beyond so many those asked for longest ago; never live', () => {
    const model = new ReadModel(1, 100);
    for (const [i, name] of ['live', 'a', 'b', 'c', 'd'].entries()) model.open(name).askedAt = i;
    const names = () => [...model.timelines].map(({ timeline }) => timeline);
    model.dropUnasked(2, 10);
    expect(names()).toEqual(['live', 'b', 'c', 'd']);
    model.dropUnasked(0, 2);
    expect(names()).toEqual(['live', 'c', 'd']);
  });

  it('has a higher revision once a timeline was dropped, and fills it under another number', () => {
    const model = new ReadModel(1, 100);
    const { filling } = model.open('case-1');
    const { revision } = model;
    model.drop('case-1');
    expect(model.revision).toBeGreaterThan(revision);
    expect(model.open('case-1').filling).not.toBe(filling);
  });

  it('counts events from the future of every timeline', () => {
    const model = new ReadModel(1, 100);
    model.countFuture(change('live', { future: 2 }));
    model.countFuture(change('case-1', { future: 3 }));
    expect(model.future).toBe(5);
  });
});
