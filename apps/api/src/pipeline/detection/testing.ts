import type { NormalisedEvent } from '@watchfloor/contracts';
import type { AlertChange } from './alert-book';
import { Detector, type DetectorOptions } from './detector';
import { eventRows } from './event-rows';
import type { OfferedBatch } from './pending-batches';
import { problemText, readRules } from './read-rules';
import type { Rule } from './rule';

/** The beginning of the events of a test: a Monday morning. */
export const BEGIN = Date.UTC(2026, 0, 5, 10);

/** The fields that every rule must have beside those of its kind. */
const REQUIRED = {
  id: 'a-rule',
  description: 'A rule of a test.',
  severity: 'high',
  technique: ['T1110'],
  tactic: ['TA0006'],
  references: ['https://attack.mitre.org/techniques/T1110/'],
  falsePositives: ['none'],
  where: { 'event.category': 'authentication' },
  key: 'source.ip',
  silence: '1m',
  reason: '{events} events within {span}',
  tests: [{ name: 'a', event: {}, events: [{ at: '0s' }], alerts: [] }],
};

/** A rule with the given fields over the required ones; JSON is YAML. Throws when it is not valid. */
export function aRule(fields: Readonly<Record<string, unknown>>): Rule {
  const text = JSON.stringify({ rules: [{ ...REQUIRED, ...fields }] });
  const { rules, problems } = readRules([{ name: 'test.yaml', text }]);
  const [rule] = rules;
  if (rule === undefined) throw new Error(problems.map(problemText).join('\n'));
  return rule;
}

/** A failed login `ms` after the beginning, by default of one source and user. */
export function loginAt(
  ms: number,
  over: Partial<{ ip: string; user: string; outcome: 'success' | 'failure' }> = {},
): NormalisedEvent {
  return {
    '@timestamp': new Date(BEGIN + ms).toISOString(),
    event: {
      category: ['authentication'],
      type: ['start'],
      outcome: over.outcome ?? 'failure',
      dataset: 'openssh',
      action: 'failed-password',
    },
    source: { ip: over.ip ?? '203.0.113.7' },
    user: { name: over.user ?? 'root' },
    host: { name: 'gate-1' },
  };
}

/** The events with ids of one producer, in the order of the list. */
export function numbered(events: readonly NormalisedEvent[], producer = 'gate'): NormalisedEvent[] {
  return events.map((event, index) => ({ ...event, event: { ...event.event, id: `${producer}-${index}` } }));
}

export function timeOf(event: NormalisedEvent): number {
  return Date.parse(event['@timestamp']);
}

/** The events as an entry; `entry` is its number. */
export function batchOf(events: readonly NormalisedEvent[], entry = 1): OfferedBatch {
  return { entry: `${entry}-0`, times: events.map(timeOf), parts: () => [eventRows(events)] };
}

/** All changes of alerts that a detector of these rules reports for the events. */
export function detectAll(
  rules: readonly Rule[],
  events: readonly NormalisedEvent[],
  options: Partial<DetectorOptions> = {},
): AlertChange[] {
  const detector = new Detector(rules, { timeline: 'test', ...options });
  detector.offerBatch(batchOf(numbered(events)));
  return detector.finish().changes;
}

/** The alerts among the changes, without what changes while they are open. */
export function raisedIn(changes: readonly AlertChange[]): AlertChange['alert'][] {
  return changes.filter(({ change }) => change === 'raised').map(({ alert }) => alert);
}
