import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import { BoundedCounts } from '../pipeline/aggregation/bounded-counts';
import { keyCounts, summarise, SUMMARY_LIMITS } from './summary';
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
      sources: 2,
      targets: 2,
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
    expect(summarise(tally, { dataset: 'apache' })).toMatchObject({ events: 0, sources: 0, categories: [] });
  });

  it('leaves the tally as it was', () => {
    const before = structuredClone(tally.toFlat());
    summarise(tally, { user: 'ada' });
    expect(tally.toFlat()).toEqual(before);
  });
});

describe('counts by key', () => {
  const counted = (keys: number): BoundedCounts<string> => {
    const counts = new BoundedCounts<string>();
    for (let i = 1; i <= keys; i++) counts.add(`key-${i}`, i);
    return counts;
  };

  it('are exact while every key is kept', () => {
    expect(keyCounts(counted(2))).toEqual([
      { key: 'key-2', count: 2, exact: true },
      { key: 'key-1', count: 1, exact: true },
    ]);
  });

  it('carry their error instead once keys were dropped', () => {
    const counts = counted(20);
    counts.trim(10);
    for (const row of keyCounts(counts)) {
      expect(row).not.toHaveProperty('exact');
      expect(row.error).toBe(counts.error);
      expect(row.count).toBeGreaterThanOrEqual(Number(row.key.slice('key-'.length)));
    }
    expect(counts.error).toBeGreaterThan(0);
  });

  it('are the highest, up to the limit of a list', () => {
    const rows = keyCounts(counted(50));
    expect(rows).toHaveLength(SUMMARY_LIMITS.top);
    expect(rows[0]?.count).toBe(50);
  });
});
