import type { Alert } from '@watchfloor/contracts';
import fc from 'fast-check';
import { formatPlace, newestAlertFirst, parsePlace, placeOf } from './alert-place';
import { type LookForAlerts, takeAlerts } from './take-alerts';
import { aDetectedAlert } from './testing';

const raised = (id: string, second: number): Alert => ({
  ...aDetectedAlert({ id }),
  timeline: 'live',
  raisedAt: new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString(),
  ended: false,
  version: 1,
  status: 'open',
  assignee: null,
  notes: [],
});

/** A partition that is looked into `step` alerts at a time and has some that are not wanted. */
function partitionOf(
  stored: readonly Alert[],
  step: number,
  wanted: (alert: Alert) => boolean,
): LookForAlerts {
  const sorted = [...stored].sort(newestAlertFirst);
  return async (after) => {
    const from = sorted.filter((alert) => after === undefined || placeOf(alert) > after);
    const looked = from.slice(0, step);
    const last = looked.at(-1);
    const to = looked.length < step || last === undefined ? undefined : placeOf(last);
    return { looks: looked.length, alerts: looked.filter(wanted), to };
  };
}

const partitions = fc.array(
  fc.record({ seconds: fc.array(fc.nat(20), { maxLength: 30 }), step: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 1, maxLength: 4 },
);

describe('pages of alerts', () => {
  it('hold every wanted alert once, in order, whatever lies in which partition', async () => {
    await fc.assert(
      fc.asyncProperty(
        partitions,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 50 }),
        async (stored, limit, mostLooks) => {
          const alerts = stored.map(({ seconds }, p) =>
            seconds.map((second, i) => raised(`a-${p}-${i}`, second)),
          );
          const wanted = ({ id }: Alert): boolean => !id.endsWith('3');
          const looks = stored.map(({ step }, p) => partitionOf(alerts[p] ?? [], step, wanted));
          const found: Alert[] = [];
          let from: string | undefined;
          do {
            const { items, next } = await takeAlerts(looks, from, { limit, mostLooks });
            expect(items.length).toBeLessThanOrEqual(limit);
            expect(next === undefined || from === undefined || next > from).toBe(true);
            found.push(...items);
            from = next;
          } while (from !== undefined);
          expect(found).toEqual(alerts.flat().filter(wanted).sort(newestAlertFirst));
        },
      ),
    );
  });

  it('say that nothing follows when a page happens to be full', async () => {
    const look = partitionOf([raised('a', 1), raised('b', 2)], 9, () => true);
    expect((await takeAlerts([look], undefined, { limit: 2, mostLooks: 100 })).next).toBeUndefined();
  });

  it('end early rather than look at everything in vain', async () => {
    const stored = Array.from({ length: 40 }, (_, i) => raised(`a-${i}`, i));
    const page = await takeAlerts([partitionOf(stored, 5, () => false)], undefined, {
      limit: 3,
      mostLooks: 10,
    });
    expect(page.items).toEqual([]);
    expect(page.next).toBe(placeOf(raised('a-30', 30)));
  });
});

describe('places', () => {
  it('compare as the alerts do', () => {
    const alert = fc
      .record({ id: fc.stringMatching(/^[a-z0-9-]{1,5}$/), second: fc.nat(100_000) })
      .map(({ id, second }) => raised(id, second));
    fc.assert(
      fc.property(alert, alert, (a, b) => {
        const [first, second] = [placeOf(a), placeOf(b)];
        expect(Math.sign(newestAlertFirst(a, b))).toBe(first < second ? -1 : first > second ? 1 : 0);
      }),
    );
  });

  it('come back from their opaque text, and from no other', () => {
    const place = placeOf(raised('a-1', 7));
    expect(parsePlace(formatPlace(place))).toBe(place);
    for (const text of [
      '',
      'nowhere',
      `${formatPlace(place)}=`,
      formatPlace('1 a'),
      formatPlace(`${place}\n[x`),
    ])
      expect(parsePlace(text)).toBeUndefined();
  });
});
