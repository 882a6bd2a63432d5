import type { NormalisedEvent } from '@watchfloor/contracts';
import { decodeBatch, encodeBatch } from '../batch-codec';
import { EventView } from './event-view';
import { RuleIndex } from './rule-index';
import { aRule } from './testing';

const anEvent = (event: Partial<NormalisedEvent['event']>): NormalisedEvent => ({
  '@timestamp': '2026-01-05T10:00:00.000Z',
  event: { category: ['web'], ...event },
});

function indexOf(...rules: Record<string, unknown>[]) {
  const index = new RuleIndex(
    rules.map((fields, n) => aRule({ id: `rule-${n}`, kind: 'trigger', ...fields })),
    (candidates) => candidates.map(({ rule, test }) => `${rule.spec.id}${test === undefined ? '' : '?'}`),
  );
  const view = new EventView();
  return {
    find: (event: NormalisedEvent) => index.find(view.of(event)),
    findInBatch: (events: readonly NormalisedEvent[]) => {
      const times = events.map((event) => Date.parse(event['@timestamp']));
      const [part] = decodeBatch(encodeBatch({ times, events })).parts;
      return events.map((_, row) => part && index.find(view.at(part, row)));
    },
  };
}

test('finds the rules whose conditions on the facet fields an event meets', () => {
  const index = indexOf(
    { where: { 'event.category': 'web' } },
    { where: { 'event.dataset': ['openssh', 'cowrie'] } },
    { where: { not: { 'event.action': { prefix: 'pam-' } } } },
  );
  expect(index.find(anEvent({}))).toEqual(['rule-0', 'rule-2']);
  expect(index.find(anEvent({ category: ['network', 'web'], action: 'pam-x' }))).toEqual(['rule-0']);
  expect(index.find(anEvent({ category: ['network'], dataset: 'cowrie' }))).toEqual(['rule-1', 'rule-2']);
});

test('finds for the row of a batch what it finds for the event', () => {
  const index = indexOf(
    { where: { 'event.category': 'web' } },
    { where: { not: { 'event.action': { prefix: 'pam-' } } } },
  );
  // So many actions that not all of them become part of shapes.
  const events = Array.from({ length: 400 }, (_, n) =>
    anEvent({ category: [n % 3 === 0 ? 'web' : 'host'], action: `${n % 2 === 0 ? 'pam' : 'get'}-${n}` }),
  );
  for (const _round of [1, 2]) expect(index.findInBatch(events)).toEqual(events.map(index.find));
});

test('leaves conditions on other fields to be tested', () => {
  const index = indexOf({ where: { 'event.category': 'web', 'source.port': 1 } });
  expect(index.find(anEvent({}))).toEqual(['rule-0?']);
  expect(index.find(anEvent({ category: ['host'] }))).toEqual([]);
});

test('tells events apart that differ in one of the facet fields', () => {
  const conditions = {
    'event.category': 'web',
    'event.type': 'access',
    'event.kind': 'event',
    'event.dataset': 'nginx.access',
    'event.outcome': 'success',
    'event.action': 'get',
  };
  const index = indexOf({ where: conditions });
  const full = {
    category: ['web'],
    type: ['access'],
    kind: 'event',
    dataset: 'nginx.access',
    outcome: 'success',
    action: 'get',
  } as const;
  const others = {
    category: ['host'],
    type: ['error'],
    kind: 'alert',
    dataset: 'other',
    outcome: 'failure',
    action: 'post',
  };
  const asEvent = (fields: object) => anEvent(fields as Partial<NormalisedEvent['event']>);
  for (const round of [1, 2]) {
    expect([round, index.find(asEvent(full))]).toEqual([round, ['rule-0']]);
    for (const [name, value] of Object.entries(others))
      expect([name, index.find(asEvent({ ...full, [name]: value }))]).toEqual([name, []]);
  }
});

test('forgets rather than grow with the actions that senders make up', () => {
  let prepared = 0;
  const index = new RuleIndex([], () => prepared++);
  const find = (action: string) => index.find(new EventView().of(anEvent({ action })));
  for (let n = 0; n < 5_000; n += 1) find(`made-up-${n}`);
  find('made-up-4999');
  expect(prepared).toBe(5_000);
  find('made-up-0');
  expect(prepared).toBe(5_001);
});
