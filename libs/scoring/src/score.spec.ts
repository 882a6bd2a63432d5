import { score } from './score';
import { aDetection, aTruth } from './testing';

const rules = [{ technique: ['T1110.001'] }, { technique: ['T1190', 'T1595.002'] }, { technique: ['T1048'] }];

describe('score', () => {
  it('counts an attack as detected when an alert names its technique, its source and its time', () => {
    const result = score({ truth: [aTruth()], alerts: [aDetection()], rules });
    expect(result).toMatchObject({ attacks: 1, detected: 1, missed: 0, fitting: 1, false: 0, other: 0 });
    expect(result).toMatchObject({ precision: 1, recall: 1, f1: 1, timeToDetectSeconds: 20 });
    expect(result.phases).toMatchObject([
      { covered: true, detected: true, alerts: ['ssh-brute-force-1'], rules: ['ssh-brute-force'] },
    ]);
  });

  it.each([
    ['the same technique', 'T1110.001', true],
    ['its parent', 'T1110', true],
    ['a sub-technique of the same parent', 'T1110.003', false],
    ['another technique', 'T1190', false],
  ])('fits an alert with %s: %s', (_name, technique, fits) => {
    const result = score({ truth: [aTruth()], alerts: [aDetection({ technique: [technique] })], rules });
    expect(result).toMatchObject({ fitting: fits ? 1 : 0, other: fits ? 0 : 1, false: 0 });
  });

  it('covers a sub-technique whose parent a rule claims, and only that', () => {
    const truth = [aTruth({ technique: 'T1048.003' }), aTruth({ attack: 'other-1', technique: 'T1071.004' })];
    const result = score({ truth, alerts: [], rules });
    expect(result).toMatchObject({
      attacks: 1,
      missed: 1,
      uncovered: 1,
      recall: 0,
      precision: null,
      f1: null,
    });
    expect(result.phases.map(({ covered }) => covered)).toEqual([true, false]);
  });

  it.each([
    ['before', '2026-03-02T08:50:00.000Z', '2026-03-02T08:59:57.000Z', false],
    ['in the second before', '2026-03-02T08:50:00.000Z', '2026-03-02T08:59:59.000Z', true],
    ['around', '2026-03-02T08:00:00.000Z', '2026-03-02T10:00:00.000Z', true],
    ['after', '2026-03-02T09:10:03.000Z', '2026-03-02T09:11:00.000Z', false],
  ])('judges an alert %s the attack by its time', (_name, firstSeen, lastSeen, fits) => {
    const result = score({ truth: [aTruth()], alerts: [aDetection({ firstSeen, lastSeen })], rules });
    expect(result).toMatchObject({ fitting: fits ? 1 : 0, false: fits ? 0 : 1 });
  });

  it('calls an alert on an innocent source false although the attacked target is the same', () => {
    const alerts = [aDetection({ source: ['198.18.20.20'], key: '198.18.20.20' })];
    const result = score({ truth: [aTruth()], alerts, rules });
    expect(result).toMatchObject({
      detected: 0,
      missed: 1,
      fitting: 0,
      other: 0,
      false: 1,
      precision: 0,
      f1: 0,
    });
    expect(result.falseAlerts).toMatchObject([{ rule: 'ssh-brute-force', key: '198.18.20.20' }]);
  });

  it.each([
    ['names none', {}, { source: [] }],
    ['names as many as it can', {}, { source: Array.from({ length: 20 }, (_, n) => `198.18.40.${n}`) }],
    ['could not name this one', { sourcesComplete: false }, { source: ['198.18.20.20'] }],
  ])('goes by the target when the alert or the truth %s of the sources', (_name, truth, alert) => {
    const about = (target: string) =>
      score({ truth: [aTruth(truth)], alerts: [aDetection({ ...alert, target: [target] })], rules });
    expect(about('bastion01').fitting).toBe(1);
    expect(about('198.18.0.2').fitting).toBe(1);
    expect(about('app01').false).toBe(1);
  });

  it('takes no alert that has a source for one on a phase that has none', () => {
    const onHost = aTruth({ technique: 'T1190', sources: [], targets: ['app01'] });
    const alert = { technique: ['T1190'], target: ['app01'] };
    expect(score({ truth: [onHost], alerts: [aDetection(alert)], rules }).false).toBe(1);
    expect(score({ truth: [onHost], alerts: [aDetection({ ...alert, source: [] })], rules }).fitting).toBe(1);
  });

  it('calls an alert between two phases of an attack other, not false', () => {
    const later = {
      phase: 'later',
      firstSeen: '2026-03-02T09:30:00.000Z',
      lastSeen: '2026-03-02T09:40:00.000Z',
    };
    const between = { firstSeen: '2026-03-02T09:20:00.000Z', lastSeen: '2026-03-02T09:21:00.000Z' };
    const truth = [aTruth(), aTruth(later)];
    expect(score({ truth, alerts: [aDetection(between)], rules })).toMatchObject({
      fitting: 0,
      other: 1,
      false: 0,
    });
    expect(score({ truth: truth.slice(0, 1), alerts: [aDetection(between)], rules })).toMatchObject({
      false: 1,
    });
  });

  it('waits with its verdict until detection has passed the end of the attack', () => {
    const judged = (at: string) =>
      score({ truth: [aTruth()], alerts: [], rules, judgedUntilMs: Date.parse(at) });
    expect(judged('2026-03-02T09:10:01.000Z')).toMatchObject({
      attacks: 1,
      missed: 0,
      pending: 1,
      recall: null,
    });
    expect(judged('2026-03-02T09:10:03.000Z')).toMatchObject({
      attacks: 1,
      missed: 1,
      pending: 0,
      recall: 0,
    });
  });

  it('takes the first alert for the time to detect, and none that was raised before the attack', () => {
    const alerts = [
      aDetection({ id: 'slow', detectedAt: '2026-03-02T09:05:00.000Z' }),
      aDetection({ id: 'fast', detectedAt: '2026-03-02T09:00:07.000Z' }),
      aDetection({
        id: 'open',
        firstSeen: '2026-03-02T08:00:00.000Z',
        detectedAt: '2026-03-02T08:01:00.000Z',
      }),
    ];
    expect(score({ truth: [aTruth()], alerts, rules }).timeToDetectSeconds).toBe(7);
    expect(score({ truth: [aTruth()], alerts: alerts.slice(2), rules })).toMatchObject({
      detected: 1,
      timeToDetectSeconds: null,
    });
  });

  it('leaves out alerts about the attacks of others, and those that began outside the run', () => {
    const alerts = [aDetection()];
    expect(score({ truth: [], alerts, rules }).false).toBe(1);
    expect(score({ truth: [], elsewhere: [aTruth()], alerts, rules }).false).toBe(0);
    const begins = Date.parse('2026-03-02T09:00:15.000Z');
    expect(score({ truth: [], alerts, rules, span: { fromMs: begins, untilMs: begins } }).false).toBe(0);
  });

  it('gives each technique its own figures', () => {
    const truth = [aTruth(), aTruth({ attack: 'probe-1', technique: 'T1190', sources: ['198.18.30.30'] })];
    const wrong = aDetection({ id: 'wrong', source: ['198.18.9.9'], technique: ['T1048'] });
    const { techniques } = score({ truth, alerts: [aDetection(), wrong], rules });
    expect(techniques).toMatchObject([
      { technique: 'T1048', attacks: 0, fitting: 0, false: 1, precision: 0, recall: null },
      { technique: 'T1110.001', attacks: 1, detected: 1, fitting: 1, false: 0, precision: 1, recall: 1 },
      { technique: 'T1190', attacks: 1, missed: 1, fitting: 0, false: 0, precision: null, recall: 0 },
    ]);
  });
});
