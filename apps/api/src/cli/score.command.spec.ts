import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreOfFiles } from './score.command';

const label = {
  from: 1,
  to: 40,
  attack: 'ssh-brute-force-1',
  scenario: 'ssh-brute-force',
  phase: 'guessing',
  technique: 'T1110.001',
  source: '198.18.16.36',
  target: 'bastion01.example',
  reached: ['198.18.0.2'],
  firstSeen: '2026-03-02T09:00:00.000Z',
  lastSeen: '2026-03-02T09:01:00.000Z',
};
const alert = {
  id: 'ssh-brute-force-1',
  rule: 'ssh-brute-force',
  aliases: [],
  technique: ['T1110.001'],
  tactic: ['TA0006'],
  severity: 'high',
  key: '198.18.16.36',
  source: ['198.18.16.36'],
  target: ['bastion01.example'],
  firstSeen: '2026-03-02T09:00:01.000Z',
  lastSeen: '2026-03-02T09:00:09.000Z',
  detectedAt: '2026-03-02T09:00:09.000Z',
  events: 6,
  reason: '6 failed logins',
  sample: [],
};

describe('score', () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'score-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (name: string, lines: readonly unknown[]): string => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  };

  it('compares the alerts of a file with the labels of another, by what the built-in rules claim', () => {
    const labels = written('labels', [label, { from: 41, to: 41, malformed: true }]);
    const alerts = written('alerts', [alert, { ...alert, id: 'b', source: ['198.18.1.1'] }]);
    expect(scoreOfFiles({ labels, alerts })).toMatchObject({
      attacks: 1,
      detected: 1,
      fitting: 1,
      false: 1,
      precision: 0.5,
      recall: 1,
      timeToDetectSeconds: 9,
    });
  });

  it('says which line is no label or no alert, and which file cannot be read', () => {
    const labels = written('labels', [label, { from: 1 }]);
    const alerts = written('alerts', [alert]);
    expect(() => scoreOfFiles({ labels, alerts })).toThrow('labels, line 2: cannot be used');
    expect(() => scoreOfFiles({ labels: alerts, alerts: labels })).toThrow('line 1: cannot be used');
    expect(() => scoreOfFiles({ labels: join(folder, 'none'), alerts })).toThrow('cannot be read');
  });
});
