import type { AttackScore, Simulation, SimulationScore } from '@watchfloor/contracts';
import { phaseVerdict, progressWords, scoreFigures, sendFigures, settingsWords } from './simulation-view';

const simulation: Simulation = {
  id: 's-1',
  scenario: 'ssh-brute-force',
  state: 'running',
  ratePerSecond: 200,
  durationSeconds: 300,
  seed: 7,
  speed: 1,
  createdAt: '2026-01-05T10:42:00Z',
  positionSeconds: 80,
  figures: {
    sent: 1_250,
    accepted: 1_200,
    duplicates: 20,
    rejected: 5,
    refused: 25,
    requests: 30,
    retried: 2,
  },
};

const score: SimulationScore = {
  simulation: 's-1',
  scenario: 'ssh-brute-force',
  state: 'running',
  attacks: 3,
  detected: 2,
  missed: 1,
  fitting: 2,
  false: 0,
  precision: 1,
  recall: 2 / 3,
  f1: 0.8,
  timeToDetectSeconds: 12.4,
  other: 0,
  uncovered: 0,
  pending: 0,
  techniques: [],
  phases: [],
  falseAlerts: [],
};

const phase: AttackScore = {
  attack: 'a-1',
  phase: 'guessing',
  technique: 'T1110.001',
  covered: true,
  detected: false,
  pending: false,
  events: 12,
  firstSeen: '2026-01-05T10:42:00Z',
  lastSeen: '2026-01-05T10:42:30Z',
  alerts: [],
  rules: [],
  timeToDetectSeconds: null,
};

const figuresOf = (figures: ReturnType<typeof scoreFigures>) =>
  Object.fromEntries(figures.map(({ name, figure }) => [name, figure]));

describe('a simulation', () => {
  it('says how far it has come', () => {
    expect(progressWords(simulation)).toBe('1 m 20 s of 5 m 0 s');
    expect(progressWords({ ...simulation, durationSeconds: null })).toBe('1 m 20 s, until it is stopped');
  });

  it('says how it runs, and how fast only where it is not as fast as time', () => {
    expect(settingsWords(simulation)).toBe('200 lines/s, seed 7');
    expect(settingsWords({ ...simulation, speed: 4 })).toBe('200 lines/s, seed 7, 4 times as fast');
  });

  it('says what became of every line', () => {
    expect(figuresOf(sendFigures(simulation))).toEqual({
      sent: '1.25k',
      acknowledged: '1.22k',
      retried: '2',
      refused: '30',
    });
  });
});

describe('a score', () => {
  it('says what was found of what, how soon, and how reliably', () => {
    expect(figuresOf(scoreFigures(score))).toEqual({
      detected: '2 of 3',
      missed: '1',
      false: '0',
      'time to detect': '12 s',
      precision: '100%',
      recall: '67%',
      F1: '0.80',
    });
  });

  it('marks what was missed and what is false, and nothing else', () => {
    const poor = scoreFigures({ ...score, false: 2 }).flatMap(({ name, poor: is }) => (is ? [name] : []));
    expect(poor).toEqual(['missed', 'false']);
  });

  it('says n/a where it would divide by nothing', () => {
    const none = { ...score, precision: null, recall: null, f1: null, timeToDetectSeconds: null };
    expect(figuresOf(scoreFigures(none))).toMatchObject({
      precision: 'n/a',
      recall: 'n/a',
      F1: 'n/a',
      'time to detect': 'n/a',
    });
  });
});

describe('a phase', () => {
  it.each([
    [
      'detected after 9.5 s by ssh brute force',
      { detected: true, rules: ['ssh-brute-force'], timeToDetectSeconds: 9.5 },
    ],
    ['missed: a rule looks for it, and none fired', {}],
    ['not decided yet: detection has not come so far', { pending: true }],
    ['not covered: no rule looks for it', { covered: false }],
  ])('is %s', (words, over) => {
    expect(phaseVerdict({ ...phase, ...over }).words).toBe(words);
  });

  it('has a shape of its own for each verdict', () => {
    const verdicts = [{}, { detected: true }, { pending: true }, { covered: false }].map((over) =>
      phaseVerdict({ ...phase, ...over }),
    );
    expect(new Set(verdicts.map(({ shape }) => shape)).size).toBe(4);
  });
});
