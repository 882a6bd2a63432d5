import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { eventOf, readLine } from '../testing';

const EVENT = anEvent();
const read = (event: object) => eventOf('watchfloor', JSON.stringify(event));

it('reads what normalisation wrote as it is', () => {
  const {
    event: { original: _line, ...group },
    ecs: _ecs,
    related: _related,
    ...rest
  } = read(EVENT);
  expect({ ...rest, event: group }).toEqual(EVENT);
});

it('names itself the dataset of an event that has none', () => {
  expect(
    read({ '@timestamp': '2026-01-05T10:00:00Z', event: { category: ['network'] } }).event,
  ).toMatchObject({ dataset: 'watchfloor' });
});

it('drops fields of ECS that are not kept', () => {
  const event = read({
    ...EVENT,
    cloud: { provider: 'x' },
    host: { name: 'gate-1', architecture: 'x86_64' },
  });
  expect(event).not.toHaveProperty('cloud');
  expect(event.host).toEqual({ name: 'gate-1' });
});

it('brings times to UTC', () => {
  expect(read({ ...EVENT, '@timestamp': '2026-01-05T11:00:00+01:00' })['@timestamp']).toBe(
    '2026-01-05T10:00:00.000Z',
  );
});

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

it.each([
  ['no JSON', '{"@timestamp":', 'malformed_json'],
  ['a list', '[]', 'malformed_json'],
  ['no time', JSON.stringify({ event: EVENT.event }), 'missing_field'],
  ['no category', JSON.stringify({ ...EVENT, event: { kind: 'event' } }), 'missing_field'],
  ['a time that is none', JSON.stringify({ ...EVENT, '@timestamp': 'now' }), 'invalid_timestamp'],
  [
    'a severity beyond its range',
    JSON.stringify({ ...EVENT, event: { ...EVENT.event, severity: 101 } }),
    'invalid_field',
  ],
  ['an address that is none', JSON.stringify({ ...EVENT, source: { ip: 'x' } }), 'invalid_field'],
  ['a name outside ECS', JSON.stringify({ ...EVENT, nonsense: 1 }), 'invalid_field'],
  ['too many levels', nested(9), 'invalid_field'],
  ['levels without end', nested(10_000), 'invalid_field'],
])('rejects %s', (_what, line, reason) => {
  expect(readLine('watchfloor', line)).toMatchObject({ rejected: { reason } });
});

it('rejects or accepts anything, and never throws', () => {
  fc.assert(
    fc.property(fc.json(), (line) => {
      const outcome = readLine('watchfloor', line);
      expect('event' in outcome || 'rejected' in outcome).toBe(true);
    }),
  );
});

it('is recognised by auto', () => {
  expect(eventOf('auto', JSON.stringify(anEvent({ event: { category: ['network'] } }))).event.dataset).toBe(
    'watchfloor',
  );
});
