import type { NormalisedEvent } from '@watchfloor/contracts';
import { EventView } from './event-view';
import { compileFilter, everyClause, FilterError, type FilterSpec } from './filter';

const event: NormalisedEvent = {
  '@timestamp': '2026-01-05T10:00:00.000Z',
  event: { category: ['web', 'network'], outcome: 'failure', severity: 40 },
  source: { ip: '10.0.0.5', port: 40_000 },
  destination: { ip: '198.51.100.9' },
  url: { path: '/Shop/%2e%2e/Admin.PHP', query: 'q=union+select%2520x' },
  http: { response: { status_code: 404 } },
  user_agent: { original: 'Mozilla/5.0 (Nikto)' },
};

const accepts = (spec: FilterSpec): boolean =>
  everyClause(compileFilter(spec)).test(new EventView().of(event));

describe('a filter', () => {
  test.each<[string, FilterSpec, FilterSpec]>([
    ['a value', { 'event.outcome': 'failure' }, { 'event.outcome': 'success' }],
    ['a number', { 'http.response.status_code': 404 }, { 'http.response.status_code': '404' }],
    [
      'one of a list',
      { 'http.response.status_code': [403, 404] },
      { 'http.response.status_code': [200, 403] },
    ],
    ['a value of a list field', { 'event.category': 'network' }, { 'event.category': 'file' }],
    [
      'words in either case',
      { 'user_agent.original': { contains: ['nikto', 'sqlmap'] } },
      { 'user_agent.original': { contains: 'nessus' } },
    ],
    ['a beginning in either case', { 'url.path': { prefix: '/shop' } }, { 'url.path': { prefix: 'shop' } }],
    [
      'an end in either case',
      { 'url.path': { suffix: ['.asp', '.php'] } },
      { 'url.path': { suffix: '.ph' } },
    ],
    ['a pattern', { 'url.path': { matches: '(?i)^/shop/.*php$' } }, { 'url.path': { matches: '^/shop' } }],
    ['bounds', { 'event.severity': { gte: 40, lt: 41 } }, { 'event.severity': { gt: 40 } }],
    ['presence', { 'source.port': { exists: true } }, { 'destination.port': { exists: true } }],
    ['absence', { 'destination.port': { exists: false } }, { 'source.port': { exists: false } }],
    [
      'any',
      { any: [{ 'event.outcome': 'x' }, { 'source.port': 40_000 }] },
      { any: [{ 'event.outcome': 'x' }] },
    ],
    [
      'all',
      { all: [{ 'source.port': 40_000 }] },
      { all: [{ 'source.port': 40_000 }, { 'event.outcome': 'x' }] },
    ],
    ['not', { not: { 'event.outcome': 'success' } }, { not: { 'event.outcome': 'failure' } }],
    ['a decoded path', { 'url.decoded.path': { contains: '../' } }, { 'url.path': { contains: '../' } }],
    [
      'a twice encoded query',
      { 'url.decoded.query': { contains: 'union select x' } },
      { 'url.query': { contains: 'union select' } },
    ],
    [
      'where an address lies',
      { 'source.scope': 'internal', 'destination.scope': 'external' },
      { 'source.scope': 'external' },
    ],
  ])('tells %s', (_what, meets, fails) => {
    expect(accepts(meets)).toBe(true);
    expect(accepts(fails)).toBe(false);
  });

  test.each<[string, FilterSpec, string]>([
    ['a field that does not exist', { 'source.iq': 1 }, 'no field source.iq'],
    ['a group', { source: 'x' }, 'no field source'],
    ['an operator that does not exist', { 'source.ip': { like: 'x' } }, 'no operator "like"'],
    ['a pattern that does not compile', { 'url.path': { matches: '(' } }, 'missing closing'],
    ['a pattern that cannot run in linear time', { 'url.path': { matches: '(a)\\1' } }, 'invalid escape'],
    ['an empty list', { 'source.ip': [] }, 'a list of values'],
    ['an empty word', { 'url.path': { contains: '' } }, 'not a word'],
    ['a bound that is no number', { 'event.severity': { gt: 'high' } }, 'takes a number'],
  ])('refuses %s', (_what, spec, message) => {
    expect(() => compileFilter(spec)).toThrow(FilterError);
    expect(() => compileFilter(spec)).toThrow(message);
  });
});
