import { Detector } from './detector';
import { RuleExplanation, reportText } from './rule-explanation';
import { aRule, batchOf, loginAt, numbered } from './testing';

type Login = ReturnType<typeof loginAt>;

const MINUTE_MS = 60_000;

const every = (count: number, stepMs: number, at: (ms: number, n: number) => Login = (ms) => loginAt(ms)) =>
  Array.from({ length: count }, (_none, n) => at(n * stepMs, n));
const success = (ms: number) => loginAt(ms, { outcome: 'success' });

function reportOf(fields: Readonly<Record<string, unknown>>, events: readonly Login[]) {
  const rule = aRule(fields);
  const explanation = new RuleExplanation(rule);
  const detector = new Detector([rule], {
    timeline: 'test',
    trace: (_rule, step) => explanation.follow(step),
  });
  const all = numbered(events);
  for (const event of all) explanation.observe(event);
  detector.offerBatch(batchOf(all));
  detector.finish();
  return explanation.report();
}

const bucket = { kind: 'bucket', capacity: 5, leak: '10s' };
const breakIn = {
  kind: 'sequence',
  within: '10m',
  steps: [
    { where: { 'event.outcome': 'failure' }, times: 5 },
    { where: { 'event.outcome': 'success' }, times: 1 },
  ],
};
const spacing = { kind: 'spacing', events: 4, interval: '5m', memory: '2h' };
const beacon = { kind: 'beacon', intervals: 4, shortest: '1s', longest: '1h', jitter: 0.1 };
const values = { kind: 'threshold', window: '10m', distinct: 'user.name', limit: 20 };
const spraying = { ...values, atMostPerValue: 3 };
const usual = { kind: 'baseline', window: '1m', season: 'day', learn: 60, deviations: 8, floor: 10 };
const firstSeen = {
  kind: 'first-seen',
  key: 'user.name',
  window: '1m',
  value: 'source.ip',
  learn: 5,
  remember: '1d',
};

const ofUsers = (count: number, each: number) =>
  every(count * each, 100, (ms, n) => loginAt(ms, { user: `user-${n % count}` }));

describe('what was missing', () => {
  it.each([
    ['bucket', bucket, every(3, 0), '3 events in the bucket, more than 5 asked'],
    [
      'bucket of values',
      { ...bucket, distinct: 'user.name' },
      ofUsers(2, 9),
      '2 different values in the bucket, more than 5 asked',
    ],
    [
      'sequence without its last step',
      breakIn,
      every(40, 1_000),
      '40 events up to step 1 (event.outcome: "failure"), none of step 2 (event.outcome: "success") within 10 min',
    ],
    [
      'sequence whose last step came too early',
      breakIn,
      [...every(3, 1_000), success(9_000)],
      '3 of 5 events of step 1 (event.outcome: "failure") within 10 min',
    ],
    [
      'sequence whose first step is too slow',
      breakIn,
      every(40, 4 * MINUTE_MS),
      '3 of 5 events of step 1 (event.outcome: "failure") within 10 min',
    ],
    ['spacing of too few events', spacing, every(3, MINUTE_MS), '3 of 4 events within 2 h of each other'],
    ['spacing that is too short', spacing, every(400, 1_000), 'median distance 1 s, more than 5 min asked'],
    ['beacon of few intervals', beacon, every(3, MINUTE_MS), '2 of 4 intervals of at most 1 h'],
    [
      'beacon that is not regular',
      beacon,
      [0, 10, 50, 60, 100].map((s) => loginAt(s * 1_000)),
      '4 intervals of 25 s vary by 60 %, at most 10 % asked',
    ],
    ['threshold', values, ofUsers(18, 2), '18 different values in 10 min, more than 20 asked'],
    [
      'threshold of values with too many events',
      spraying,
      ofUsers(30, 5),
      '5 events for each value, at most 3 asked',
    ],
    [
      'baseline that learns',
      usual,
      [...every(12, MINUTE_MS), ...every(50, 0, () => loginAt(12 * MINUTE_MS))],
      'still learning: 12 of 60 windows',
    ],
    ['baseline', usual, every(70, MINUTE_MS), '1 event in 1 min, more than 10 asked'],
    ['first value that teaches', firstSeen, every(3, MINUTE_MS), 'still learning: 2 of 5 windows'],
    ['first value that is known', firstSeen, every(9, MINUTE_MS), 'the value is one of 1 known'],
  ])('is told of a %s', (_kind, fields, events, missing) => {
    const report = reportOf(fields, events);
    expect(report.fired).toBe(0);
    expect(report.nearest[0]?.missing).toBe(missing);
    expect(reportText(report)).toMatch(/^a-rule did not fire: .* came nearest: /);
    expect(reportText(report)).toContain(`came nearest: ${missing}.`);
  });

  it('is not told of a key that fired, but when it did', () => {
    const text = reportText(reportOf({ kind: 'trigger', silence: '1s' }, every(2, MINUTE_MS)));
    expect(text).toContain('a-rule fired 2 times.');
    expect(text).toContain('203.0.113.7: fired 2 times, last at 2026-01-05T10:01:00.000Z');
  });
});

describe('an explanation of very many keys', () => {
  const ofSources = (count: number, times: number, from = 0) =>
    every(count * times, 1, (ms, n) => {
      const source = from + Math.floor(n / times);
      return loginAt(ms, { ip: `10.${source >> 16}.${(source >> 8) & 255}.${source & 255}` });
    });

  it('counts every firing', () => {
    const report = reportOf({ ...bucket, capacity: 1 }, ofSources(25_000, 2));
    expect(report.fired).toBe(25_000);
  });

  it('names the key that came nearest, whenever it came', () => {
    const one = every(4, 0, () => loginAt(60_000));
    const report = reportOf(bucket, [...ofSources(25_000, 1), ...one]);
    expect(report.nearest[0]).toMatchObject({ key: '203.0.113.7', highest: 4, limit: 5 });
  });
});
