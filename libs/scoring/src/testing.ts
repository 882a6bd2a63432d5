import type { AttackTruth, DetectedAlert } from '@watchfloor/contracts';

/** A phase of password guessing, ten minutes from 09:00; `over` replaces members. */
export function aTruth(over: Partial<AttackTruth> = {}): AttackTruth {
  return {
    attack: 'ssh-brute-force-1',
    scenario: 'ssh-brute-force',
    phase: 'guessing',
    technique: 'T1110.001',
    events: 400,
    firstSeen: '2026-03-02T09:00:00.000Z',
    lastSeen: '2026-03-02T09:10:00.000Z',
    sources: ['198.18.16.36'],
    sourcesComplete: true,
    targets: ['bastion01'],
    targetAddresses: ['198.18.0.2'],
    ...over,
  };
}

/** An alert on that phase, raised twenty seconds after its first event; `over` replaces members. */
export function aDetection(over: Partial<DetectedAlert> = {}): DetectedAlert {
  return {
    id: 'ssh-brute-force-1',
    rule: 'ssh-brute-force',
    aliases: [],
    technique: ['T1110.001'],
    tactic: ['TA0006'],
    severity: 'high',
    key: '198.18.16.36',
    source: ['198.18.16.36'],
    target: ['bastion01'],
    firstSeen: '2026-03-02T09:00:14.000Z',
    lastSeen: '2026-03-02T09:00:20.000Z',
    detectedAt: '2026-03-02T09:00:20.000Z',
    events: 6,
    reason: '6 failed logins from one source within 6 s (limit 5)',
    sample: [],
    ...over,
  };
}
