import type { Alert, DetectionPipeline } from '@watchfloor/contracts';

/** `[rule, technique, tactic, severity, sources, reason]`: what the scripted attackers are found out by. */
const FINDINGS = [
  [
    'credential-stuffing',
    'T1110.004',
    'TA0006',
    'critical',
    ['198.18.0.13', '198.18.7.31', '198.19.4.9'],
    '38 sources tried 412 accounts of one service within 10 min (limit 20 sources)',
  ],
  [
    'port-scan-vertical',
    'T1046',
    'TA0007',
    'medium',
    ['198.18.35.155'],
    '104 different ports of 198.51.100.10 were tried by one source within 12 s (limit 15)',
  ],
  [
    'ssh-brute-force',
    'T1110.001',
    'TA0006',
    'high',
    ['2001:db8:6:15::1f'],
    '6 failed logins from one source within 14 s (limit 5)',
  ],
  [
    'wordpress-plugin-probing',
    'T1595.003',
    'TA0043',
    'low',
    ['198.19.228.32'],
    '4 different parts of WordPress that are not there were asked for by one source within 3 s',
  ],
] as const;

/** An alert is raised with each of these many frames. */
const FRAMES_APART = 60;
const FIRST_RAISED_MS = 90_000;

/** Alert `number` (from 0) of the scene, as it is `ageMs` after it was raised. */
export function alertOf(number: number, raisedMs: number, ageMs: number): Alert {
  const [rule, technique, tactic, severity, source, reason] =
    FINDINGS[number % FINDINGS.length] ?? FINDINGS[0];
  const ended = ageMs > 60_000;
  const acknowledged = number % 3 === 1;
  const seenFor = Math.min(ageMs, 60_000);
  return {
    id: `${rule}-${number}`,
    rule,
    aliases: [],
    technique: [technique],
    tactic: [tactic],
    severity,
    key: source[0],
    source: [...source],
    target: ['198.51.100.10'],
    firstSeen: new Date(raisedMs - 14_000).toISOString(),
    lastSeen: new Date(raisedMs + seenFor).toISOString(),
    events: 6 + Math.floor(seenFor / 250),
    reason,
    sample: ['scene-1', 'scene-2'],
    timeline: 'live',
    raisedAt: new Date(raisedMs).toISOString(),
    ended,
    version: acknowledged ? 2 : 1,
    status: acknowledged ? 'acknowledged' : ended ? 'closed' : 'open',
    assignee: acknowledged ? 'ada' : null,
    notes: acknowledged
      ? [
          {
            at: new Date(raisedMs + 5_000).toISOString(),
            by: 'ada',
            text: 'Looks like the list of last week.',
            status: 'acknowledged',
            assignee: 'ada',
          },
        ]
      : [],
  };
}

/** The alerts of a frame, newest first: four when the scene begins, another each 12 s. */
export function alertsAt(index: number, sceneStart: number, frameMs: number): Alert[] {
  const now = sceneStart + index * frameMs;
  const raised = FINDINGS.length + Math.floor(index / FRAMES_APART);
  return Array.from({ length: raised }, (_, number) => {
    const raisedMs =
      sceneStart - FIRST_RAISED_MS + number * ((FRAMES_APART * frameMs * 7.5) / FINDINGS.length);
    return alertOf(number, Math.min(raisedMs, now), Math.max(0, now - raisedMs));
  }).reverse();
}

/** What detection says of itself at a frame. */
export function detectionAt(index: number, at: number, eventsPerSecond: number): DetectionPipeline {
  return {
    rules: 60,
    lag: 180,
    evaluatedPerSecond: eventsPerSecond,
    microsecondsPerEvent: 3.2,
    watermark: at - 5_000,
    watermarkLagMs: 5_600,
    lateForDetection: 3,
    evictions: 0,
    failures: 0,
    alerts: { open: 3, raised: FINDINGS.length + Math.floor(index / FRAMES_APART) },
  };
}
