import type { DetectedAlert, NormalisedEvent } from '@watchfloor/contracts';
import { Detector } from './detector';
import { eventRows } from './event-rows';
import { durationMs } from './duration';
import type { Rule } from './rule';
import type { RuleTest } from './rule-schema';

/** When the events of a rule's own tests begin: a Monday morning. */
const BEGIN = Date.UTC(2026, 0, 5, 10);

/** Runs one of a rule's own tests. Returns what differs from the expectation; an empty list is a pass. */
export function runRuleTest(rule: Rule, test: RuleTest): string[] {
  const detector = new Detector([rule], { timeline: 'test' });
  const events = eventsOf(test);
  const times = events.map((event) => Date.parse(event['@timestamp']));
  detector.offerBatch({ entry: 'test', times, parts: () => [eventRows(events)] });
  const raised = detector.finish().changes.filter(({ change }) => change === 'raised');
  const differences =
    raised.length === test.alerts.length ? [] : [`${raised.length} alerts, expected ${test.alerts.length}`];
  test.alerts.forEach((expected, index) => {
    const alert = raised[index]?.alert;
    if (alert !== undefined) differences.push(...compare(alert, expected));
  });
  return differences;
}

/** The events of a test in order. */
export function eventsOf(test: RuleTest): NormalisedEvent[] {
  const events: NormalisedEvent[] = [];
  for (const group of test.events) {
    const step = durationMs(group.every ?? '0s');
    for (let n = 0; n < (group.times ?? 1); n += 1) {
      const time = BEGIN + durationMs(group.at) + n * step;
      const event = nested({ ...test.event, ...group.set }, n + 1);
      event['@timestamp'] = new Date(time).toISOString();
      event.event.id = `test-${events.length + 1}`;
      events.push(event);
    }
  }
  return events;
}

function nested(fields: Readonly<Record<string, unknown>>, n: number): NormalisedEvent {
  const event: Record<string, unknown> = { event: { category: [] } };
  for (const [path, value] of Object.entries(fields)) {
    if (value === null) continue;
    const names = path.split('.');
    const last = names.pop() ?? '';
    let group = event;
    for (const name of names) group = (group[name] ??= {}) as Record<string, unknown>;
    group[last] = typeof value === 'string' ? value.replaceAll('{n}', String(n)) : value;
  }
  return event as NormalisedEvent;
}

function compare(alert: DetectedAlert, expected: RuleTest['alerts'][number]): string[] {
  const differences: string[] = [];
  for (const name of ['source', 'target', 'events', 'reason'] as const) {
    const wanted = expected[name];
    if (wanted === undefined) continue;
    const got = alert[name];
    const same = Array.isArray(got) ? got.join() === [wanted].flat().join() : got === wanted;
    if (!same) differences.push(`${name} is ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
  }
  return differences;
}
