import type { NormalisedEvent } from './normalised-event';

/** A valid failed login; `over` replaces whole top-level groups. */
export function anEvent(over: Partial<NormalisedEvent> = {}): NormalisedEvent {
  return {
    '@timestamp': '2026-01-05T10:00:00.000Z',
    event: {
      id: 'event-1',
      kind: 'event',
      category: ['authentication'],
      type: ['start'],
      action: 'failed-password',
      outcome: 'failure',
      severity: 50,
      dataset: 'openssh',
      module: 'openssh',
    },
    source: { ip: '203.0.113.7', port: 50_022 },
    user: { name: 'root' },
    host: { name: 'gate-1' },
    ...over,
  };
}
