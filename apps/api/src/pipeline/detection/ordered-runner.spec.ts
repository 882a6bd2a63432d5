import type { AlertChange } from './alert-book';
import { Detector } from './detector';
import type { StoredState } from './rule-runners';
import { aRule, batchOf, BEGIN, detectAll, loginAt, numbered, timeOf } from './testing';

type Login = ReturnType<typeof loginAt>;

const MINUTE_MS = 60_000;

const every = (count: number, stepMs: number, from: number, at: (ms: number, n: number) => Login) =>
  Array.from({ length: count }, (_none, n) => at(from + n * stepMs, n));
const failures = (count: number, from: number, stepMs = 1_000) =>
  every(count, stepMs, from, (ms) => loginAt(ms));
const success = (ms: number) => loginAt(ms, { outcome: 'success' });
const successes = (count: number, from: number, stepMs = 5 * MINUTE_MS) =>
  every(count, stepMs, from, success);
const userAt = (user: string) => (ms: number) => loginAt(ms, { user });

/** What alerts came to: from when to when, how many events; ms after the beginning. */
const ended = (changes: readonly AlertChange[]) =>
  changes
    .filter(({ change }) => change === 'closed')
    .map(({ alert }) => ({
      from: Date.parse(alert.firstSeen) - BEGIN,
      to: Date.parse(alert.lastSeen) - BEGIN,
      events: alert.events,
    }));
const outcomeOf = (rule: ReturnType<typeof aRule>, events: readonly Login[]) =>
  ended(detectAll([rule], numbered(events)));

describe('an alert of a sequence', () => {
  const breakIn = aRule({
    kind: 'sequence',
    within: '10m',
    silence: '10m',
    steps: [
      { where: { 'event.outcome': 'failure' }, times: 5 },
      { where: { 'event.outcome': 'success' }, times: 1 },
    ],
  });

  it('is not prolonged by ordinary logins, so that a second break-in hours later is told', () => {
    const later = 180 * MINUTE_MS;
    const events = [
      ...failures(6, 0),
      success(6_000),
      ...successes(35, 5 * MINUTE_MS),
      ...failures(6, later),
      success(later + 6_000),
    ];
    expect(outcomeOf(breakIn, events)).toEqual([
      { from: 0, to: 6_000, events: 7 },
      { from: later, to: later + 6_000, events: 7 },
    ]);
  });

  it('takes further failures, and ends when the steps happen once more after their time', () => {
    const again = 15 * MINUTE_MS;
    const events = [
      ...failures(6, 0),
      success(6_000),
      ...failures(1, 8 * MINUTE_MS),
      success(8 * MINUTE_MS + 1),
      ...failures(6, again),
      success(again + 6_000),
    ];
    const changes = detectAll([breakIn], numbered(events));
    expect(ended(changes)).toEqual([
      { from: 0, to: again + 5_000, events: 14 },
      { from: again, to: again + 6_000, events: 7 },
    ]);
    const closed = changes.find(({ change }) => change === 'closed');
    expect(closed?.at).toBe(BEGIN + again + 6_000);
    expect(new Set(changes.map(({ alert }) => alert.id)).size).toBe(2);
  });

  it('takes the steps that happen once more within their time', () => {
    const events = [...failures(5, 0), success(6_000), ...failures(5, 60_000), success(66_000)];
    expect(outcomeOf(breakIn, events)).toEqual([{ from: 0, to: 66_000, events: 12 }]);
  });

  it('is one in the time of the steps, however often they happen', () => {
    const round = (from: number) => [...failures(5, from), success(from + 6_000)];
    const rounds = Array.from({ length: 120 }, (_none, n) => round(n * 30_000)).flat();
    const alerts = detectAll([breakIn], numbered(rounds)).filter(({ change }) => change === 'raised');
    expect(alerts).toHaveLength(6);
    expect(new Set(alerts.map(({ alert }) => alert.id)).size).toBe(6);
  });

  it('has an id of its own, however short the time of the steps', () => {
    const sudden = aRule({ ...breakIn.spec, within: '10ms' });
    const round = (from: number) => [...failures(5, from, 1), success(from + 5)];
    const rounds = Array.from({ length: 90 }, (_none, n) => round(n * 70)).flat();
    const alerts = detectAll([sudden], numbered(rounds)).filter(({ change }) => change === 'raised');
    expect(alerts.length).toBeGreaterThan(3);
    expect(new Set(alerts.map(({ alert }) => alert.id)).size).toBe(alerts.length);
  });
});

describe('an alert of spaced events', () => {
  const spaced = aRule({
    kind: 'spacing',
    events: 4,
    interval: '5m',
    memory: '2h',
    cancel: { 'event.outcome': 'success' },
    silence: '30m',
  });
  const failing = failures(4, 0, 20 * MINUTE_MS);

  it('is not prolonged by what starts the rule again', () => {
    const events = [...failing, ...successes(5, 61 * MINUTE_MS)];
    expect(outcomeOf(spaced, events)).toEqual([{ from: 0, to: 60 * MINUTE_MS, events: 4 }]);
  });

  it('is prolonged by another failure', () => {
    const events = [...failing, loginAt(80 * MINUTE_MS)];
    expect(outcomeOf(spaced, events)).toEqual([{ from: 0, to: 80 * MINUTE_MS, events: 5 }]);
  });
});

describe('an alert of a bucket that counts values', () => {
  const enumeration = aRule({
    kind: 'bucket',
    capacity: 2,
    leak: '10s',
    distinct: 'user.name',
    silence: '1m',
  });
  const users = (count: number, from: number, stepMs: number) =>
    every(count, stepMs, from, (ms, n) => userAt(`user-${n}`)(ms));

  it('is prolonged by other values as long as they come as fast', () => {
    expect(outcomeOf(enumeration, users(30, 0, 9_000))).toEqual([{ from: 0, to: 261_000, events: 30 }]);
  });

  it('is not prolonged by values that it has seen', () => {
    const events = [...users(3, 0, 1_000), ...every(50, 5_000, 3_000, userAt('user-0'))];
    expect(outcomeOf(enumeration, events)).toEqual([{ from: 0, to: 2_000, events: 3 }]);
  });

  it('is not prolonged by other values that come now and then', () => {
    const events = [...users(3, 0, 1_000), ...users(10, 30_000, 30_000)];
    expect(outcomeOf(enumeration, events)).toEqual([{ from: 0, to: 2_000, events: 3 }]);
  });

  it('is prolonged when the same values come again after a while, as fast as before', () => {
    const round = (from: number) => users(5, from, 1_000);
    const [alert, ...others] = outcomeOf(enumeration, [...round(0), ...round(40_000), ...round(80_000)]);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ from: 0, to: 84_000 });
  });

  it('is one as long as the same values are tried again and again, and now and then another', () => {
    const tried = every(600, 1_000, 0, (ms, n) => userAt(`user-${n % 15 === 0 ? n : n % 8}`)(ms));
    const [alert, ...others] = outcomeOf(enumeration, tried);
    expect(others).toEqual([]);
    expect(alert?.to).toBeGreaterThan(570_000);
  });

  it('goes on in the same way after a restart, also of what did not prolong it yet', () => {
    const events = numbered([...users(3, 0, 1_000), ...users(2, 40_000, 1_000), userAt('user-2')(42_000)]);
    const first = new Detector([enumeration], { timeline: 'test', trackChanges: true });
    const stored = new Map<string, StoredState>();
    for (const [from, to] of [
      [0, 3],
      [3, 5],
    ] as const) {
      first.offerBatch(batchOf(events.slice(from, to), to));
      first.advance(timeOf(events[to - 1] ?? loginAt(0)) + 1);
      const changes: StoredState[] = JSON.parse(JSON.stringify(first.takeStateChanges()));
      for (const change of changes) stored.set(change.slice(0, 3).join(), change);
    }
    const next = new Detector([enumeration], { timeline: 'test' });
    next.restore(JSON.parse(JSON.stringify(first.checkpoint())), stored.values());
    next.offerBatch(batchOf(events.slice(5), 6));
    expect(ended(next.finish().changes)).toEqual([{ from: 0, to: 42_000, events: 4 }]);
  });
});

describe('an alert of a rule about every event', () => {
  it('is prolonged by every event', () => {
    const bucket = aRule({ kind: 'bucket', capacity: 2, leak: '10s', silence: '1m' });
    expect(outcomeOf(bucket, failures(10, 0, 50_000))).toEqual([]);
    const events = [...failures(3, 0), ...failures(10, 50_000, 50_000)];
    expect(outcomeOf(bucket, events)).toEqual([{ from: 0, to: 500_000, events: 13 }]);
  });
});
