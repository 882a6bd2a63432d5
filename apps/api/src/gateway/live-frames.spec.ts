import type { Alert, EventRow, Frame, LiveUpdate } from '@watchfloor/contracts';
import fc from 'fast-check';
import { newestAlertFirst } from '../pipeline/alerts/alert-place';
import { FRAME_ALERTS, RecentAlerts } from './alerts/recent-alerts';
import { anAlert } from './alerts/testing';
import { LiveFrames, UPDATE_ROWS } from './live-frames';
import { aFrame, aLedger, aPipeline, aRow, aSnapshot } from './testing';

const newFrames = (): LiveFrames => new LiveFrames('epoch-1', 'model-1');
const parse = (text: string): LiveUpdate => JSON.parse(text) as LiveUpdate;
const wholeState = (frames: LiveFrames): Frame =>
  (JSON.parse(frames.snapshot() ?? 'null') as { frame: Frame }).frame;
const rows = (count: number): EventRow[] =>
  Array.from({ length: count }, (_, i) => aRow(`event-${count - i}`));

/** What a client has after an update, by the contract of the message. */
function applied(has: Frame, { at, snapshot, recent, pipeline, ledger }: LiveUpdate): Frame {
  return {
    at,
    snapshot: { ...has.snapshot, ...snapshot },
    pipeline: pipeline ?? has.pipeline,
    ledger: ledger ?? has.ledger,
    recent: [...recent, ...has.recent].slice(0, UPDATE_ROWS),
  };
}

const arrivals = fc.record({
  newRows: fc.nat(70),
  arcsTotal: fc.nat(2),
  users: fc.array(fc.record({ key: fc.constantFrom('root', 'ada'), count: fc.nat(2) }), { maxLength: 2 }),
  looked: fc.boolean(),
});

/** The frames that a view makes while events arrive. */
function framesOf(
  steps: readonly (typeof arrivals extends fc.Arbitrary<infer Step> ? Step : never)[],
): Frame[] {
  let all = 0;
  let { pipeline, ledger } = aFrame();
  return steps.map(({ newRows, arcsTotal, users, looked }, at) => {
    all += newRows;
    if (looked) {
      pipeline = { ...aPipeline(), at };
      ledger = aLedger({ aggregated: all });
    }
    const { totals } = aSnapshot();
    const snapshot = aSnapshot({ totals: { ...totals, allEvents: all }, arcsTotal, topUsers: users });
    return { at, snapshot, pipeline, ledger, recent: rows(all).slice(0, UPDATE_ROWS) };
  });
}

describe('the frames of one view', () => {
  it('lead, update by update, from any snapshot to every later one', () => {
    fc.assert(
      fc.property(fc.array(arrivals, { minLength: 1, maxLength: 12 }), fc.nat(11), (steps, joinsAt) => {
        const frames = newFrames();
        let has: Frame | undefined;
        for (const [i, frame] of framesOf(steps).entries()) {
          const update = parse(frames.next(frame));
          if (has) has = applied(has, update);
          else if (i >= joinsAt % steps.length) has = wholeState(frames);
          if (has) expect(has).toEqual(wholeState(frames));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('send the members of the snapshot that changed and no others', () => {
    const frames = newFrames();
    const { pipeline, ledger } = aFrame();
    frames.next(aFrame({ pipeline, ledger }));
    const update = parse(frames.next(aFrame({ pipeline, ledger, snapshot: aSnapshot({ arcsTotal: 3 }) })));
    expect(update.snapshot).toEqual({ arcsTotal: 3 });
    expect(update).not.toHaveProperty('pipeline');
    expect(update).not.toHaveProperty('ledger');
  });

  it('send the pipeline and the ledger when they were looked at again', () => {
    const frames = newFrames();
    frames.next(aFrame());
    const update = parse(frames.next(aFrame({ ledger: aLedger({ aggregated: 4 }) })));
    expect(update.ledger?.aggregated).toBe(4);
    expect(update.pipeline).toEqual(aPipeline());
  });

  it('send only rows that are newer than those of the frame before', () => {
    const frames = newFrames();
    frames.next(aFrame({ recent: rows(2) }));
    const update = parse(frames.next(aFrame({ recent: rows(4) })));
    expect(update.recent.map(({ id }) => id)).toEqual(['event-4', 'event-3']);
  });

  it('send no more rows than the limit of an update', () => {
    const frames = newFrames();
    frames.next(aFrame({ recent: rows(1) }));
    expect(parse(frames.next(aFrame({ recent: rows(UPDATE_ROWS + 20) }))).recent).toHaveLength(UPDATE_ROWS);
  });

  it('have no snapshot before the first and then name their epoch and revision', () => {
    const frames = newFrames();
    expect(frames.snapshot()).toBeUndefined();
    frames.next(aFrame());
    expect(parse(frames.next(aFrame()))).toMatchObject({ epoch: 'epoch-1', revision: 2, previous: 1 });
    expect(JSON.parse(frames.snapshot() ?? '')).toMatchObject({
      type: 'snapshot',
      epoch: 'epoch-1',
      revision: 2,
    });
  });
});

describe('the alerts of the frames', () => {
  /** The alerts that a client has after an update, by the contract of the message. */
  function alertsAfter(has: readonly Alert[], { alerts = [] }: LiveUpdate): Alert[] {
    const byId = new Map([...has, ...alerts].map((alert) => [alert.id, alert]));
    return [...byId.values()].sort(newestAlertFirst);
  }

  /** Alerts raised one behind the other that change at once. */
  const changes = fc.array(
    fc.record({
      from: fc.nat(120),
      count: fc.integer({ min: 1, max: 90 }),
      version: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 3 },
  );

  it('lead, update by update, from any snapshot to every alert as it is, however many changed at once', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 2, maxLength: 4 }), fc.nat(6), (steps, joins) => {
        const frames = newFrames();
        const recent = new RecentAlerts();
        const joinsAt = joins % (steps.length - 1);
        const changed = new Map<string, Alert>();
        let has: Alert[] = [];
        let upTo = recent.change;
        // Behind the steps nothing changes any more, and what waits is told.
        for (const [i, step] of [...steps, ...Array<[]>(20).fill([])].entries()) {
          const each = step.flatMap(({ from, count, version }) =>
            Array.from({ length: count }, (_, j) => ({ at: from + j, version })),
          );
          for (const { at, version } of each) {
            const raisedAt = new Date(Date.UTC(2026, 0, 5, 10, at)).toISOString();
            const alert = anAlert({ id: `a-${at}`, raisedAt, version });
            const before = recent.change;
            recent.put(alert);
            if (i > joinsAt && recent.change > before) changed.set(alert.id, alert);
          }
          const told = recent.changesAfter(upTo);
          upTo = told?.upTo ?? NaN;
          const update = parse(frames.next(aFrame({ alerts: [...recent.newest] }), told?.alerts));
          expect(update.alerts?.length ?? 0).toBeLessThanOrEqual(FRAME_ALERTS);
          if (i === joinsAt) has = wholeState(frames).alerts ?? [];
          else if (i > joinsAt) has = alertsAfter(has, update);
        }
        expect(has.slice(0, FRAME_ALERTS)).toEqual(recent.newest);
        expect(has.filter(({ id }) => changed.has(id))).toEqual([...changed.values()].sort(newestAlertFirst));
      }),
      { numRuns: 30 },
    );
  });

  it('are left out of an update when none has changed', () => {
    const frames = newFrames();
    frames.next(aFrame({ alerts: [anAlert()] }), [anAlert()]);
    expect(parse(frames.next(aFrame({ alerts: [anAlert()] })))).not.toHaveProperty('alerts');
    expect(wholeState(frames).alerts).toEqual([anAlert()]);
  });
});

describe('what was missed', () => {
  const afterFrames = (count: number): [LiveFrames, string[]] => {
    const frames = newFrames();
    return [frames, Array.from({ length: count }, (_, at) => frames.next(aFrame({ at })))];
  };

  it('is the same bytes that the others got, oldest first', () => {
    const [frames, sent] = afterFrames(5);
    expect(frames.since('epoch-1', 2)).toEqual(sent.slice(2));
  });

  it('is nothing for a client that has everything', () => {
    const [frames] = afterFrames(5);
    expect(frames.since('epoch-1', 5)).toEqual([]);
  });

  it('is kept for fifty frames and unknown beyond', () => {
    const [frames, sent] = afterFrames(60);
    expect(frames.since('epoch-1', 10)).toEqual(sent.slice(10));
    expect(frames.since('epoch-1', 9)).toBeUndefined();
  });

  it('is unknown for another epoch and for a revision that is still to come', () => {
    const [frames] = afterFrames(5);
    expect(frames.since('epoch-2', 2)).toBeUndefined();
    expect(frames.since('epoch-1', 6)).toBeUndefined();
  });
});
