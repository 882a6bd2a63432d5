import type { DetectedAlert } from '@watchfloor/contracts';
import type { AlertChange } from '../detection/alert-book';

const FIRST_SEEN = Date.parse('2026-01-05T10:00:00.000Z');

/** An alert of failed logins; `over` replaces members. */
export function aDetectedAlert(over: Partial<DetectedAlert> = {}): DetectedAlert {
  return {
    id: 'ssh-brute-force-1',
    rule: 'ssh-brute-force',
    aliases: ['crowdsecurity/ssh-bf'],
    technique: ['T1110.001'],
    tactic: ['TA0006'],
    severity: 'high',
    key: '203.0.113.7',
    source: ['203.0.113.7'],
    target: ['192.0.2.10'],
    firstSeen: new Date(FIRST_SEEN).toISOString(),
    lastSeen: new Date(FIRST_SEEN + 14_000).toISOString(),
    events: 6,
    reason: '6 failed logins from one source within 14 s (limit 5)',
    sample: ['event-1', 'event-2'],
    ...over,
  };
}

/** A change that detection reports; `over` replaces members of its alert. */
export function anAlertChange(change: AlertChange['change'], over: Partial<DetectedAlert> = {}): AlertChange {
  const alert = aDetectedAlert(over);
  return { change, at: Date.parse(alert.lastSeen), alert };
}

/** The changes of one alert as its attack goes on: raised at 6 events, `updates` more, closed at last. */
export function aCourse(id: string, updates: number): AlertChange[] {
  const state = (step: number): Partial<DetectedAlert> => ({
    id,
    events: 6 + step * 3,
    lastSeen: new Date(FIRST_SEEN + 14_000 + step * 10_000).toISOString(),
  });
  return [
    anAlertChange('raised', state(0)),
    ...Array.from({ length: updates }, (_, i) => anAlertChange('updated', state(i + 1))),
    anAlertChange('closed', state(updates)),
  ];
}
