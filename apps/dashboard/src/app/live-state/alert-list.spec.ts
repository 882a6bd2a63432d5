import fc from 'fast-check';
import type { Alert } from '@watchfloor/contracts';
import { alertOf } from '../../../testing/scene-alerts';
import { furtherOn, MAX_ALERTS, withAlerts } from './alert-list';

const RAISED = Date.UTC(2026, 0, 5, 10);
const alert = (number: number, over: Partial<Alert> = {}): Alert => ({
  ...alertOf(number, RAISED + number * 1_000, 0),
  ...over,
});

describe('the list of alerts', () => {
  it('is in the order in which they were raised, newest first, whatever order they come in', () => {
    const list = withAlerts(withAlerts([], [alert(2), alert(0)]), [alert(1), alert(3)]);
    expect(list.map(({ id }) => id)).toEqual([3, 2, 1, 0].map((number) => alert(number).id));
  });

  it('has each alert once', () => {
    expect(withAlerts([alert(1), alert(0)], [alert(1, { events: 99 })])).toHaveLength(2);
  });

  it('stays the same list when nothing comes', () => {
    const list = [alert(0)];
    expect(withAlerts(list, [])).toBe(list);
  });

  it('lets those go that were raised longest ago', () => {
    const many = Array.from({ length: MAX_ALERTS + 2 }, (_, number) => alert(number));
    const list = withAlerts([], many);
    expect(list).toHaveLength(MAX_ALERTS);
    expect(list.at(-1)?.id).toBe(alert(2).id);
  });
});

describe('two states of one alert', () => {
  it('are one with the later handling and the later word of detection', () => {
    const handled = alert(0, { version: 2, status: 'acknowledged', assignee: 'ada' });
    const gone = alert(0, { events: 500 });
    expect(furtherOn(handled, gone)).toMatchObject({ version: 2, assignee: 'ada', events: 500 });
  });

  it('are ended once one of them is, however many events the other counts', () => {
    expect(furtherOn(alert(0, { ended: true, events: 7 }), alert(0, { events: 9 })).ended).toBe(true);
  });

  it('come to the same in either order', () => {
    const state = fc
      .record({ version: fc.integer({ min: 1, max: 5 }), events: fc.integer({ min: 1, max: 9 }) })
      .map(({ version, events }) => alert(0, { version, assignee: `person-${version}`, events }));
    fc.assert(fc.property(state, state, (a, b) => expect(furtherOn(a, b)).toEqual(furtherOn(b, a))));
  });
});
