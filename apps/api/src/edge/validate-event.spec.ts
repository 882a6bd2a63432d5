import { anEvent } from '@watchfloor/contracts/testing';
import { validateEvent } from './validate-event';

const at = '2026-01-05T10:00:00.000Z';
const minimal = { '@timestamp': at, event: { category: ['network'] } };
const judge = (event: unknown) => validateEvent(structuredClone(event));

describe('a valid event', () => {
  it('is kept as it is when it has the form of the schema', () => {
    expect(judge(anEvent())).toEqual({ event: anEvent(), dropped: 0 });
  });

  it('needs a time and a category, no more', () => {
    expect(judge(minimal)).toEqual({ event: minimal, dropped: 0 });
  });

  it('may write one value where ECS allows several', () => {
    const event = { '@timestamp': at, event: { category: 'network', type: 'connection' }, tags: 'edge' };
    expect(judge(event)).toEqual({
      event: { '@timestamp': at, event: { category: ['network'], type: ['connection'] }, tags: ['edge'] },
      dropped: 0,
    });
  });

  it('may write its names with dots, all or some', () => {
    const dotted = {
      '@timestamp': at,
      'event.category': 'network',
      'source.ip': '203.0.113.7',
      source: { port: 22 },
    };
    expect(judge(dotted)).toEqual({
      event: { ...minimal, source: { ip: '203.0.113.7', port: 22 } },
      dropped: 0,
    });
  });

  it('loses the fields of ECS that are not kept, and they are counted', () => {
    const event = {
      ...minimal,
      agent: { name: 'shipper', version: '9' },
      source: { ip: '203.0.113.7', nat: { ip: '10.0.0.1' } },
      dns: { answers: [{ data: '1.2.3.4', ttl: 5 }, { data: '1.2.3.5' }] },
      container: { labels: { anything: { goes: 1 } } },
      'log.file.path': '/var/log/x',
    };
    expect(judge(event)).toEqual({
      event: { ...minimal, source: { ip: '203.0.113.7' } },
      dropped: 8,
    });
  });

  it('may hold null for what is absent', () => {
    expect(judge({ ...minimal, user: null, source: { ip: null, port: 1 } })).toEqual({
      event: { ...minimal, source: { port: 1 } },
      dropped: 0,
    });
  });

  it('gets text for the numbers and booleans in its labels', () => {
    expect(judge({ ...minimal, labels: { shard: 7, canary: true, site: 'b' } })).toMatchObject({
      event: { labels: { shard: '7', canary: 'true', site: 'b' } },
    });
  });

  it('has its time brought to UTC', () => {
    expect(judge({ ...minimal, '@timestamp': '2026-01-05T12:00:00+02:00' })).toMatchObject({
      event: { '@timestamp': at },
    });
  });

  it('has a long event.original cut, never within a character', () => {
    const original = `${'x'.repeat(4_095)}😀tail`;
    const verdict = judge({ ...minimal, event: { category: ['network'], original } });
    expect(verdict).toMatchObject({ event: { event: { original: 'x'.repeat(4_095) } } });
  });
});

describe('an event is refused', () => {
  const withEvent = (fields: object) => ({ '@timestamp': at, event: { category: ['network'], ...fields } });

  it.each<[string, unknown, string]>([
    ['is a list', [minimal], 'invalid_type'],
    ['is a text', 'event', 'invalid_type'],
    ['has no time', { event: { category: ['network'] } }, 'missing_field'],
    ['has a time that is a number', { ...minimal, '@timestamp': 1_700_000_000 }, 'invalid_type'],
    ['has a time that is none', { ...minimal, '@timestamp': 'now' }, 'invalid_timestamp'],
    ['is older than 1970', { ...minimal, '@timestamp': '1969-12-31T23:59:59.999Z' }, 'invalid_timestamp'],
    ['has no category', { '@timestamp': at, event: {} }, 'missing_field'],
    ['has no event group', { '@timestamp': at }, 'missing_field'],
    ['has a category of null', { '@timestamp': at, event: { category: null } }, 'missing_field'],
    ['has a category that ECS does not know', withEvent({ category: ['noise'] }), 'invalid_value'],
    ['has an empty list of categories', withEvent({ category: [] }), 'invalid_value'],
    ['has a category that is a number', withEvent({ category: [7] }), 'invalid_type'],
    ['has a group that is a list', { ...minimal, source: [{ ip: '203.0.113.7' }] }, 'invalid_type'],
    ['has a group that is a text', { ...minimal, source: '203.0.113.7' }, 'invalid_type'],
    ['has a list for one value', { ...minimal, host: { name: ['a'] } }, 'invalid_type'],
    ['has a port that is a text', { ...minimal, source: { port: '22' } }, 'invalid_type'],
    ['has a port that is a fraction', { ...minimal, source: { port: 22.5 } }, 'invalid_type'],
    ['has a port beyond 65535', { ...minimal, source: { port: 65_536 } }, 'number_range'],
    ['has a negative size', { ...minimal, network: { bytes: -1 } }, 'number_range'],
    ['has an infinite size', { ...minimal, network: { bytes: Infinity } }, 'number_range'],
    ['has a size beyond the exact integers', { ...minimal, network: { bytes: 2 ** 53 } }, 'number_range'],
    [
      'has an inexact number where it is not kept',
      { ...minimal, process: { io: { total_bytes_skipped: 2 ** 60 } } },
      'number_range',
    ],
    ['has an inexact number in a label', { ...minimal, labels: { big: 2 ** 60 } }, 'number_range'],
    [
      'has a latitude beyond the pole',
      { ...minimal, source: { geo: { location: { lat: 91, lon: 0 } } } },
      'number_range',
    ],
    ['has an address that is none', { ...minimal, source: { ip: '300.1.1.1' } }, 'invalid_value'],
    [
      'has a related address that is none',
      { ...minimal, related: { ip: ['203.0.113.7', 'x'] } },
      'invalid_value',
    ],
    ['has a text beyond its limit', { ...minimal, host: { name: 'x'.repeat(1_025) } }, 'invalid_value'],
    ['has an empty id', withEvent({ id: '' }), 'invalid_id'],
    ['has an id with a line end', withEvent({ id: 'a\r\nb' }), 'invalid_id'],
    ['has an id with a space', withEvent({ id: 'a b' }), 'invalid_id'],
    ['has an id of 65 characters', withEvent({ id: 'x'.repeat(65) }), 'invalid_id'],
    ['has an id that is a number', withEvent({ id: 5 }), 'invalid_type'],
    ['has a name outside ECS', { ...minimal, tenant: 'a' }, 'unknown_property'],
    ['has a name outside ECS in a kept group', { ...minimal, source: { role: 'admin' } }, 'unknown_property'],
    [
      'has a name outside ECS in a dropped group',
      { ...minimal, agent: { mood: 'good' } },
      'unknown_property',
    ],
    [
      'has a name below a plain field of ECS',
      { ...minimal, agent: { name: { first: 'x' } } },
      'unknown_property',
    ],
    ['has a group of ECS that is a text', { ...minimal, agent: 'x' }, 'invalid_type'],
    ['has a dotted name outside ECS', { ...minimal, 'a.b': 1 }, 'unknown_property'],
    ['has a name that is a dot', { ...minimal, '.': 1 }, 'unknown_property'],
    [
      'has a field twice',
      { ...minimal, 'source.ip': '203.0.113.7', source: { ip: '203.0.113.8' } },
      'invalid_value',
    ],
    ['has a label whose name is no name', { ...minimal, labels: { 'a b': 'x' } }, 'invalid_value'],
    ['has a label that is a list', { ...minimal, labels: { a: ['x'] } }, 'invalid_type'],
    [
      'has 33 labels',
      { ...minimal, labels: Object.fromEntries([...Array(33).keys()].map((n) => [`l${n}`, 'x'])) },
      'invalid_value',
    ],
  ])('when it %s', (_, event, code) => {
    expect(judge(event)).toMatchObject({ code });
  });

  it('without a word of what it said', () => {
    const secret = 'sEcReT';
    for (const event of [
      { ...minimal, [secret]: secret },
      { ...minimal, labels: { [`${secret} `]: secret } },
      { ...minimal, labels: { [secret]: [secret] } },
      withEvent({ id: `${secret}!`, category: [secret] }),
      { ...minimal, source: { ip: secret } },
    ]) {
      expect(JSON.stringify(judge(event))).not.toContain(secret);
    }
  });
});
