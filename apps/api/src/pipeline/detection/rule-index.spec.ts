import type { NormalisedEvent } from '@watchfloor/contracts';
import { RuleIndex } from './rule-index';
import { aRule } from './testing';

const anEvent = (event: Partial<NormalisedEvent['event']>): NormalisedEvent => ({
  '@timestamp': '2026-01-05T10:00:00.000Z',
  event: { category: ['web'], ...event },
});

const idsFor = (index: RuleIndex, event: NormalisedEvent) =>
  index.candidates(event).map(({ spec }) => spec.id);

test('finds the rules whose plain conditions on the index fields an event meets', () => {
  const index = new RuleIndex([
    aRule({ id: 'web', kind: 'trigger', where: { 'event.category': 'web' } }),
    aRule({ id: 'ssh', kind: 'trigger', where: { 'event.dataset': ['openssh', 'cowrie'] } }),
    aRule({ id: 'any', kind: 'trigger', where: { 'source.port': 1 } }),
  ]);
  expect(idsFor(index, anEvent({}))).toEqual(['web', 'any']);
  expect(idsFor(index, anEvent({ category: ['network', 'web'] }))).toEqual(['web', 'any']);
  expect(idsFor(index, anEvent({ category: ['network'], dataset: 'cowrie' }))).toEqual(['ssh', 'any']);
});

test('keeps free texts apart that would read the same side by side', () => {
  const index = new RuleIndex([
    aRule({ id: 'one', kind: 'trigger', where: { 'event.dataset': 'a|string|b', 'event.action': 'c' } }),
    aRule({ id: 'two', kind: 'trigger', where: { 'event.dataset': 'a', 'event.action': 'b|string|c' } }),
    aRule({ id: 'named', kind: 'trigger', where: { 'event.action': 'undefined' } }),
  ]);
  expect(idsFor(index, anEvent({ dataset: 'a|string|b', action: 'c' }))).toEqual(['one']);
  expect(idsFor(index, anEvent({ dataset: 'a', action: 'b|string|c' }))).toEqual(['two']);
  expect(idsFor(index, anEvent({ action: 'undefined' }))).toEqual(['named']);
  expect(idsFor(index, anEvent({}))).toEqual([]);
});
