import type { Alert } from '@watchfloor/contracts';
import fc from 'fast-check';
import { newestAlertFirst } from '../../pipeline/alerts/alert-place';
import { FRAME_ALERTS, RecentAlerts } from './recent-alerts';
import { anAlert } from './testing';

const raised = (at: number, over: Partial<Alert> = {}): Alert =>
  anAlert({ id: `a-${at}`, raisedAt: new Date(1_767_600_000_000 + at * 1_000).toISOString(), ...over });
const ids = (alerts: readonly Alert[]): string[] => alerts.map(({ id }) => id);

const puts = fc.array(fc.record({ at: fc.nat(700), events: fc.integer({ min: 1, max: 3 }) }), {
  maxLength: 900,
});

describe('the newest alerts', () => {
  it('are those raised last, newest first, whatever came in whatever order', () => {
    fc.assert(
      fc.property(puts, (steps) => {
        const recent = new RecentAlerts();
        const all = new Map<string, Alert>();
        for (const { at, events } of steps) {
          const alert = raised(at, { events });
          recent.put(alert);
          all.set(alert.id, alert);
        }
        expect(recent.newest).toEqual([...all.values()].sort(newestAlertFirst).slice(0, FRAME_ALERTS));
      }),
      { numRuns: 40 },
    );
  });

  it('let older ones move up when one is dropped', () => {
    const recent = new RecentAlerts();
    for (let at = 0; at < FRAME_ALERTS + 2; at++) recent.put(raised(at));
    recent.drop('a-51');
    expect(ids(recent.newest).slice(0, 2)).toEqual(['a-50', 'a-49']);
    expect(recent.newest.at(-1)?.id).toBe('a-1');
  });

  it('stay known while any number of older ones changes', () => {
    const recent = new RecentAlerts();
    for (let at = 1_000; at < 1_000 + FRAME_ALERTS; at++) recent.put(raised(at));
    for (let at = 0; at < 600; at++) recent.put(raised(at));
    const { change } = recent;
    recent.put(raised(1_000));
    expect(recent.change).toBe(change);
    recent.drop('a-1000');
    expect(ids(recent.newest)).not.toContain('a-1000');
  });
});

describe('changed alerts', () => {
  it('are all that changed after a change, once each', () => {
    const recent = new RecentAlerts();
    for (const at of [1, 2, 3]) recent.put(raised(at));
    const { change } = recent;
    expect(recent.changedAfter(change)).toEqual([]);
    recent.put(raised(2, { events: 7 }));
    recent.put(raised(2, { events: 9 }));
    recent.put(raised(4));
    expect(ids(recent.changedAfter(change))).toEqual(['a-4', 'a-2']);
    expect(recent.changedAfter(change)[1]).toMatchObject({ events: 9 });
    expect(ids(recent.changedAfter(0))).toEqual(['a-4', 'a-3', 'a-2', 'a-1']);
  });

  it('hold one that is older than every alert of a frame', () => {
    const recent = new RecentAlerts();
    for (let at = 1_000; at < 2_000; at++) recent.put(raised(at));
    const { change } = recent;
    recent.put(raised(1));
    expect(ids(recent.changedAfter(change))).toEqual(['a-1']);
  });

  it('hold no alert that is told again as it was', () => {
    const recent = new RecentAlerts();
    recent.put(raised(1));
    const { change } = recent;
    recent.put(raised(1));
    expect(recent.changedAfter(change)).toEqual([]);
    recent.put(raised(1, { version: 2 }));
    expect(ids(recent.changedAfter(change))).toEqual(['a-1']);
  });

  it('are no more than a frame carries', () => {
    const recent = new RecentAlerts();
    for (let at = 0; at < 70; at++) recent.put(raised(at));
    expect(recent.changedAfter(0)).toEqual(recent.newest);
  });
});
