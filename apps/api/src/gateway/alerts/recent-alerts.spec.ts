import type { Alert } from '@watchfloor/contracts';
import fc from 'fast-check';
import { newestAlertFirst } from '../../pipeline/alerts/alert-place';
import { FRAME_ALERTS, KEPT_ALERTS, RecentAlerts } from './recent-alerts';
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
    for (let at = -KEPT_ALERTS; at < 0; at++) recent.put(raised(at));
    const { change } = recent;
    recent.put(raised(1_000));
    expect(recent.change).toBe(change);
    recent.drop('a-1000');
    expect(ids(recent.newest)).not.toContain('a-1000');
  });
});

describe('changed alerts', () => {
  const changedAfter = (recent: RecentAlerts, change: number): string[] =>
    ids(recent.changesAfter(change)?.alerts ?? []);

  it('are all that changed after a change, once each, as they are now', () => {
    const recent = new RecentAlerts();
    for (const at of [1, 2, 3]) recent.put(raised(at));
    const { change } = recent;
    expect(recent.changesAfter(change)).toEqual({ alerts: [], upTo: change });
    recent.put(raised(2, { events: 7 }));
    recent.put(raised(2, { events: 9 }));
    recent.put(raised(4));
    expect(changedAfter(recent, change)).toEqual(['a-4', 'a-2']);
    expect(recent.changesAfter(change)).toMatchObject({ alerts: [{}, { events: 9 }], upTo: recent.change });
    expect(changedAfter(recent, 0)).toEqual(['a-4', 'a-3', 'a-2', 'a-1']);
  });

  it('hold one that is older than every alert of a frame', () => {
    const recent = new RecentAlerts();
    for (let at = 1_000; at < 2_000; at++) recent.put(raised(at));
    const { change } = recent;
    recent.put(raised(1));
    expect(changedAfter(recent, change)).toEqual(['a-1']);
  });

  it('hold no alert that is told again as it was', () => {
    const recent = new RecentAlerts();
    recent.put(raised(1));
    const { change } = recent;
    recent.put(raised(1));
    expect(changedAfter(recent, change)).toEqual([]);
    recent.put(raised(1, { version: 2 }));
    expect(changedAfter(recent, change)).toEqual(['a-1']);
  });

  it('come a frame at a time, those first that have waited longest', () => {
    const recent = new RecentAlerts();
    for (let at = 0; at < 70; at++) recent.put(raised(at));
    const first = recent.changesAfter(0);
    expect(first?.alerts).toHaveLength(FRAME_ALERTS);
    expect(ids(first?.alerts ?? [])).toContain('a-0');
    recent.put(raised(0, { events: 9 }));
    const second = recent.changesAfter(first?.upTo ?? NaN);
    expect(ids(second?.alerts ?? [])).toEqual(
      [...Array(20).keys(), 50].map((i) => `a-${i === 50 ? 0 : 69 - i}`),
    );
    expect(second?.upTo).toBe(recent.change);
  });

  it('are not known once more have changed than are kept, or where it began again', () => {
    const recent = new RecentAlerts();
    for (let at = 0; at <= KEPT_ALERTS; at++) recent.put(raised(at));
    expect(recent.changesAfter(0)).toBeUndefined();
    expect(recent.changesAfter(1)?.alerts).toHaveLength(FRAME_ALERTS);
    const { change } = recent;
    recent.beginAgain([raised(3), raised(5)]);
    expect(recent.changesAfter(change)).toBeUndefined();
    expect(ids(recent.newest)).toEqual(['a-5', 'a-3']);
  });
});
