import { type NormalisedEvent, SEVERITY_LEVELS, severityLevel } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { facetKey, KnownWords, parseFacet } from '../pipeline/aggregation/facet';
import {
  type EventFilter,
  eventPasses,
  facetPasses,
  isFacetFilter,
  parseFilter,
  singleKey,
} from './event-filter';

describe('the filter of a query string', () => {
  it('takes every parameter that it knows and leaves the others', () => {
    const query = {
      dataset: 'openssh',
      category: 'authentication',
      outcome: 'failure',
      action: 'failed-password',
      country: 'DE',
      source: '203.0.113.7',
      target: 'gate-1',
      user: 'root',
    };
    expect(parseFilter({ ...query, window: '5m', limit: '3' })).toEqual(query);
  });

  it('asks for nothing where parameters are absent or empty', () => {
    expect(parseFilter({})).toEqual({});
    expect(parseFilter({ dataset: '', user: '', severity: '' })).toEqual({});
  });

  it('takes a country in either case', () => {
    expect(parseFilter({ country: 'de' })).toEqual({ country: 'DE' });
  });

  it.each([
    ['high', { level: 'high', andAbove: false }],
    ['high+', { level: 'high', andAbove: true }],
    ['high ', { level: 'high', andAbove: true }],
    ['info+', { level: 'info', andAbove: true }],
  ])('reads severity %j', (severity, expected) => {
    expect(parseFilter({ severity })).toEqual({ severity: expected });
  });

  it.each([
    ['severity', 'loud'],
    ['severity', 'high++'],
    ['severity', '+'],
    ['severity', 'HIGH'],
    ['severity', ['high', 'low']],
    ['dataset', ['openssh', 'iis']],
    ['user', 'x'.repeat(257)],
    ['source', { ip: '203.0.113.7' }],
  ])('names %s as invalid when it is %j', (name, value) => {
    expect(parseFilter({ outcome: 'failure', [name]: value })).toEqual({ invalid: name });
  });

  it('takes a value of 256 characters', () => {
    expect(parseFilter({ user: 'x'.repeat(256) })).toEqual({ user: 'x'.repeat(256) });
  });
});

describe('what windows can answer', () => {
  it('is every filter on facets', () => {
    expect(isFacetFilter({})).toBe(true);
    expect(isFacetFilter({ dataset: 'a', severity: { level: 'low', andAbove: true } })).toBe(true);
    expect(isFacetFilter({ dataset: 'a', user: 'root' })).toBe(false);
  });

  it('is the total of one key beside facets, not of two', () => {
    expect(singleKey({ category: 'web' })).toBeUndefined();
    expect(singleKey({ category: 'web', user: 'root' })).toBe('user');
    expect(singleKey({ country: 'DE', user: 'root' })).toBeUndefined();
  });
});

const categories = ['authentication', 'web', 'network'] as const;
const maybe = <T>(...words: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(...words, undefined);

const events = fc
  .record({
    dataset: maybe('openssh', 'iis', 'watchfloor'),
    category: fc.subarray([...categories], { minLength: 1 }),
    outcome: maybe('success' as const, 'failure' as const, 'unknown' as const),
    action: maybe('login', 'scan'),
    severity: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  })
  .map(({ category, ...maybes }): NormalisedEvent => {
    const known = Object.fromEntries(Object.entries(maybes).filter(([, value]) => value !== undefined));
    return anEvent({ event: { kind: 'event', type: ['info'], category, ...known } });
  });

const facetFilters = fc
  .record({
    dataset: maybe('openssh', 'iis', 'watchfloor'),
    category: maybe<string>(...categories),
    outcome: maybe('success', 'failure', 'unknown'),
    action: maybe('login', 'scan'),
    severity: maybe(...SEVERITY_LEVELS.flatMap((level) => [level, `${level}+`])),
  })
  .map((query): EventFilter => {
    const filter = parseFilter(query);
    if ('invalid' in filter) throw new Error(filter.invalid);
    return filter;
  });

describe('an event', () => {
  it('passes a filter on facets exactly when the facet it is counted under does', () => {
    fc.assert(
      fc.property(events, facetFilters, (event, filter) => {
        const facet = parseFacet(facetKey(event, new KnownWords(512)));
        expect(eventPasses(filter, event)).toBe(facetPasses(filter, facet));
      }),
      { numRuns: 500 },
    );
  });

  it('passes `level` at that level and `level+` at that and every higher one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(...SEVERITY_LEVELS),
        (severity, level) => {
          const event = anEvent({ event: { ...anEvent().event, severity } });
          const has = SEVERITY_LEVELS.indexOf(severityLevel(severity));
          const asked = SEVERITY_LEVELS.indexOf(level);
          expect(eventPasses({ severity: { level, andAbove: false } }, event)).toBe(has === asked);
          expect(eventPasses({ severity: { level, andAbove: true } }, event)).toBe(has >= asked);
        },
      ),
    );
  });

  const event = anEvent({
    source: { ip: '203.0.113.7', geo: { country_iso_code: 'DE' } },
    destination: { ip: '198.51.100.2' },
  });

  it.each<EventFilter>([
    { country: 'DE' },
    { source: '203.0.113.7' },
    { target: '198.51.100.2' },
    { user: 'root' },
    { country: 'DE', user: 'root', dataset: 'openssh' },
  ])('passes %j when it has all of it', (filter) => {
    expect(eventPasses(filter, event)).toBe(true);
  });

  it.each<EventFilter>([
    { country: 'FR' },
    { source: '203.0.113.8' },
    { target: 'gate-1' },
    { user: 'ada' },
    { country: 'DE', user: 'root', dataset: 'iis' },
  ])('does not pass %j when any of it differs', (filter) => {
    expect(eventPasses(filter, event)).toBe(false);
  });

  it('has its host as target when it names no destination', () => {
    expect(eventPasses({ target: 'gate-1' }, anEvent())).toBe(true);
  });
});
