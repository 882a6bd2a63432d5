import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import type { Tally } from '../pipeline/aggregation/tally';
import { inWords } from '../pipeline/aggregation/testing';
import { summarise, SUMMARY_LIMITS } from './summary';
import { tallyOf } from './tally-of-events';

const berlin = { country_iso_code: 'DE', city_name: 'Berlin', location: { lat: 52.5, lon: 13.4 } };
const paris = { country_iso_code: 'FR', location: { lat: 48.9, lon: 2.4 } };

function login(outcome: 'success' | 'failure', over: Partial<NormalisedEvent>): { event: NormalisedEvent } {
  const { event } = anEvent();
  return { event: anEvent({ event: { ...event, outcome }, ...over }) };
}

const webEvent = {
  kind: 'event',
  category: ['web'],
  type: ['access'],
  dataset: 'iis',
  severity: 10,
} as const;

/** Two failed logins and one success from Berlin, one failure from Paris, one page view from Paris. */
const tally = tallyOf([
  login('failure', { source: { ip: '203.0.113.7', geo: berlin } }),
  login('failure', { source: { ip: '203.0.113.7', geo: berlin } }),
  login('success', { source: { ip: '203.0.113.7', geo: berlin }, user: { name: 'ada' } }),
  login('failure', { source: { ip: '203.0.113.9', geo: paris }, user: { name: 'ada' } }),
  {
    event: {
      '@timestamp': '2026-01-05T10:00:00.000Z',
      event: { ...webEvent, category: ['web'], type: ['access'] },
      source: { ip: '203.0.113.9', geo: paris },
      destination: { ip: '198.51.100.2', port: 443 },
    },
  },
]);

describe('the summary of a tally', () => {
  it('counts everything without a filter', () => {
    expect(summarise(tally, {})).toMatchObject({
      events: 5,
      distinct: { sources: { count: 2, exact: true }, targets: { count: 2 }, users: { count: 2 } },
      countriesSeen: 2,
      arcsTotal: 2,
      categories: [
        { key: 'authentication', count: 4, exact: true },
        { key: 'web', count: 1, exact: true },
      ],
      outcomes: [
        { key: 'failure', count: 3 },
        { key: 'success', count: 1 },
        { key: 'unknown', count: 1 },
      ],
      datasets: [
        { key: 'openssh', count: 4 },
        { key: 'iis', count: 1 },
      ],
      topPorts: [{ key: '443', count: 1 }],
      cells: [
        [52.5, 13.5, 3],
        [48.5, 2.5, 2],
      ],
    });
  });

  it('gives a source its country, and its city where that is known', () => {
    expect(summarise(tally, {}).topSources).toEqual([
      { key: '203.0.113.7', count: 3, exact: true, country: 'DE', city: 'Berlin' },
      { key: '203.0.113.9', count: 2, exact: true, country: 'FR' },
    ]);
  });

  it('counts what a filter on facets lets through, in every list', () => {
    const { events, topUsers, categories, severities, countries } = summarise(tally, {
      category: 'authentication',
      outcome: 'failure',
    });
    expect(events).toBe(3);
    expect(topUsers.map(({ key, count }) => [key, count])).toEqual([
      ['root', 2],
      ['ada', 1],
    ]);
    expect(categories).toEqual([{ key: 'authentication', count: 3, exact: true }]);
    expect(severities).toEqual([{ key: 'medium', count: 3, exact: true }]);
    expect(countries.map(({ key, count }) => [key, count])).toEqual([
      ['DE', 2],
      ['FR', 1],
    ]);
  });

  it.each([
    [{ country: 'DE' }, 3],
    [{ country: 'XX' }, 0],
    [{ source: '203.0.113.9' }, 2],
    [{ source: '203.0.113' }, 0],
    [{ target: 'gate-1' }, 4],
    [{ target: '198.51.100.2' }, 1],
    [{ user: 'ada' }, 2],
    [{ user: 'ada', outcome: 'success' }, 1],
  ])('counts the events of one key: %j has %i', (filter, events) => {
    expect(summarise(tally, filter).events).toBe(events);
  });

  it('keeps the words of one key apart by facet', () => {
    const { outcomes, topUsers } = summarise(tally, { user: 'ada' });
    expect(outcomes).toEqual([
      { key: 'failure', count: 1, exact: true },
      { key: 'success', count: 1, exact: true },
    ]);
    expect(topUsers).toEqual([{ key: 'ada', count: 2, exact: true }]);
  });

  it('lists the sources of a country when that is asked for', () => {
    expect(summarise(tally, { country: 'FR' }).topSources.map(({ key }) => key)).toEqual(['203.0.113.9']);
  });

  it('is empty for a facet that nothing was counted under', () => {
    expect(summarise(tally, { dataset: 'apache' })).toMatchObject({
      events: 0,
      distinct: { sources: { count: 0 } },
      arcs: [],
      categories: [],
    });
  });

  it('leaves the tally as it was', () => {
    const before = inWords(tally);
    summarise(tally, { user: 'ada' });
    expect(inWords(tally)).toEqual(before);
  });
});

describe('lists of counts', () => {
  const counted = (users: number, limit: number): Tally => {
    const events = Array.from({ length: users }, (_, i) =>
      Array.from({ length: i + 1 }, () => login('failure', { user: { name: `user-${i + 1}` } })),
    );
    const all = tallyOf(events.flat());
    all.trim(limit);
    return all;
  };

  it('are exact while every key is kept', () => {
    expect(summarise(counted(2, 10), {}).topUsers).toEqual([
      { key: 'user-2', count: 2, exact: true },
      { key: 'user-1', count: 1, exact: true },
    ]);
  });

  it('carry their error instead once keys were dropped', () => {
    const all = counted(20, 10);
    const { topUsers } = summarise(all, {});
    for (const row of topUsers) {
      expect(row).not.toHaveProperty('exact');
      expect(row.error).toBe(all.counts.users.error);
      expect(row.count).toBeGreaterThanOrEqual(Number(row.key.slice('user-'.length)));
    }
    expect(all.counts.users.error).toBeGreaterThan(0);
  });

  it.each([20, 12, 1])('of the events of one key are as uncertain as that key: user-%i', (number) => {
    const all = counted(20, 10);
    const asked = summarise(all, { user: `user-${number}` });
    const { error } = all.counts.users;
    expect(asked.eventsError).toBe(error);
    expect(Math.abs(asked.events - number)).toBeLessThanOrEqual(error);
    for (const rows of [asked.topUsers, asked.categories, asked.severities, asked.datasets, asked.outcomes]) {
      expect(rows.map(({ key: _, ...row }) => row)).toEqual(
        asked.events === 0 ? [] : [{ count: asked.events, error }],
      );
    }
  });

  it('of the events of one source are as uncertain as all of its places are', () => {
    const at = (ip: string, geo: typeof berlin | typeof paris) => login('failure', { source: { ip, geo } });
    const many = Array.from({ length: 40 }, (_, i) => at(`198.18.0.${i}`, berlin));
    const known = Array.from({ length: 30 }, () => [at('203.0.113.7', berlin), at('203.0.113.7', paris)]);
    const all = tallyOf([...many, ...known.flat()]);
    all.trim(10);
    const { error } = all.counts.sources;
    expect(error).toBeGreaterThan(0);
    const { events, eventsError, categories } = summarise(all, { source: '203.0.113.7' });
    expect([events, eventsError]).toEqual([60, 2 * error]);
    expect(categories).toEqual([{ key: 'authentication', count: 60, error: 2 * error }]);
  });

  it('of the events of one key are exact while every key is kept', () => {
    const { eventsError, categories } = summarise(counted(5, 10), { user: 'user-3' });
    expect(eventsError).toBeUndefined();
    expect(categories).toEqual([{ key: 'authentication', count: 3, exact: true }]);
  });

  it('are the highest, up to the limit of a list', () => {
    const { topUsers } = summarise(counted(50, 100), {});
    expect(topUsers).toHaveLength(SUMMARY_LIMITS.top);
    expect(topUsers[0]?.count).toBe(50);
  });
});

describe('distinct keys', () => {
  const users = (count: number, limit: number): Tally => {
    const all = tallyOf(
      Array.from({ length: count }, (_, i) =>
        login(i % 2 === 0 ? 'failure' : 'success', { user: { name: `user-${i}` } }),
      ),
    );
    all.trim(limit);
    return all;
  };

  it('are exact while every key is kept, under any filter', () => {
    expect(summarise(users(40, 100), {}).distinct.users).toEqual({ count: 40, exact: true });
    expect(summarise(users(40, 100), { outcome: 'failure' }).distinct.users).toEqual({
      count: 20,
      exact: true,
    });
  });

  it('are estimated with a stated error once keys were dropped', () => {
    const { count, ...rest } = summarise(users(4_000, 100), {}).distinct.users;
    if (!('error' in rest)) throw new Error('not exact any more');
    expect(Math.abs(count - 4_000)).toBeLessThanOrEqual(rest.error);
  });

  it('lie between the keys kept and all there are when a filter asks for some of them', () => {
    const { count, ...rest } = summarise(users(4_000, 100), { outcome: 'failure' }).distinct.users;
    if (!('error' in rest)) throw new Error('not exact any more');
    expect(count).toBeLessThanOrEqual(2_000);
    expect(count + rest.error).toBeGreaterThanOrEqual(2_000);
  });
});
