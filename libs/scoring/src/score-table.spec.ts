import { score } from './score';
import { scoreTable } from './score-table';
import { aDetection, aTruth } from './testing';

describe('scoreTable', () => {
  it('says of each phase what was found, and the shares', () => {
    const truth = [
      aTruth(),
      aTruth({ attack: 'quiet-1', technique: 'T1190', sources: ['198.18.1.1'] }),
      aTruth({ attack: 'unseen-1', technique: 'T1548.003', sources: [] }),
    ];
    const alerts = [aDetection(), aDetection({ source: ['198.18.9.9'], key: '198.18.9.9' })];
    const text = scoreTable(score({ truth, alerts, rules: [{ technique: ['T1110.001', 'T1190'] }] }));
    expect(text.split('\n')).toEqual([
      'attack                      technique  events  verdict   after   rules',
      'ssh-brute-force-1 guessing  T1110.001  400     detected  20.0 s  ssh-brute-force',
      'quiet-1 guessing            T1190      400     missed',
      'unseen-1 guessing           T1548.003  400     no rule',
      'false: ssh-brute-force for 198.18.9.9: 6 failed logins from one source within 6 s (limit 5)',
      '1 of 2 detected, half of them within 20.0 s; 1 alerts fit, 0 other, 1 false; recall 0.500 precision 0.500 F1 0.500',
    ]);
  });

  it('has no table where nothing was done', () => {
    expect(scoreTable(score({ truth: [], alerts: [], rules: [] }))).toBe(
      '0 of 0 detected; 0 alerts fit, 0 other, 0 false; recall - precision - F1 -',
    );
  });
});
