import fc from 'fast-check';
import { Detector } from '../detector';
import { aRule, batchOf, BEGIN, detectAll, loginAt, numbered, raisedIn } from '../testing';

const MINUTE_MS = 60_000;

/** Five failures and a success within ten minutes. */
const breakIn = aRule({
  kind: 'sequence',
  within: '10m',
  silence: '1s',
  reason: 'A login succeeded after {before} failures within {span}',
  steps: [
    { where: { 'event.outcome': 'failure' }, times: 5 },
    { where: { 'event.outcome': 'success' }, times: 1 },
  ],
});

const failures = (...times: number[]) => times.map((ms) => loginAt(ms));
const success = (ms: number) => loginAt(ms, { outcome: 'success' });
const burst = (from: number, count: number, every = 2_000) =>
  failures(...Array.from({ length: count }, (_none, at) => from + at * every));
const alertsOf = (events: ReturnType<typeof loginAt>[], rule = breakIn) =>
  raisedIn(detectAll([rule], numbered(events)));

describe('steps within a time', () => {
  it('fire when all of them lie within it, and not when the first of them lies before', () => {
    expect(alertsOf([...burst(0, 5), success(10 * MINUTE_MS)])).toHaveLength(1);
    expect(alertsOf([...burst(0, 5), success(10 * MINUTE_MS + 1)])).toEqual([]);
  });

  it('fire although an event of the first step came long before', () => {
    const late = 10 * MINUTE_MS - 10_000;
    const [alert] = alertsOf([...failures(0), ...burst(late, 5), success(late + 15_000)]);
    expect(alert).toMatchObject({
      events: 6,
      reason: 'A login succeeded after 5 failures within 15 s',
      firstSeen: '2026-01-05T10:09:50.000Z',
      sample: ['gate-6'],
      target: ['gate-1'],
    });
  });

  it('fire although a success came too early', () => {
    expect(alertsOf([success(0), ...burst(9 * MINUTE_MS, 5), success(11 * MINUTE_MS)])).toHaveLength(1);
  });

  it('start again with a success that comes too early', () => {
    expect(alertsOf([...burst(0, 4), success(10_000), ...burst(11_000, 1), success(12_000)])).toEqual([]);
  });

  it('count all failures seen within the time', () => {
    const [alert] = alertsOf([...burst(0, 250), success(8 * MINUTE_MS + 30_000)]);
    expect(alert?.events).toBe(251);
  });

  it('say nothing of failures that never are dense enough, and of those that are only what is within the time', () => {
    const drip = (count: number) => burst(0, count, 3 * MINUTE_MS);
    expect(alertsOf([...drip(200), success(199 * 3 * MINUTE_MS + 1)])).toEqual([]);
    const dense = burst(0, 500, 2 * MINUTE_MS);
    const [alert] = alertsOf([...dense, success(499 * 2 * MINUTE_MS + 1)]);
    expect(alert).toMatchObject({
      events: 6,
      reason: 'A login succeeded after 5 failures within 8 min',
    });
  });

  it('are looked for again when a later step took too long and the first step happened again', () => {
    const twice = aRule({
      kind: 'sequence',
      within: '10m',
      steps: [
        { where: { 'event.outcome': 'failure' }, times: 5 },
        { where: { 'event.outcome': 'success' }, times: 2 },
      ],
    });
    const begun = [...burst(0, 5), success(MINUTE_MS), ...burst(9 * MINUTE_MS, 5)];
    expect(alertsOf([...begun, success(11 * MINUTE_MS)], twice)).toEqual([]);
    const done = [...begun, success(11 * MINUTE_MS), success(12 * MINUTE_MS)];
    expect(alertsOf(done, twice)).toHaveLength(1);
  });

  it('happen in their order', () => {
    const three = aRule({
      kind: 'sequence',
      within: '10m',
      steps: [
        { where: { 'user.name': 'a' }, times: 2 },
        { where: { 'user.name': 'b' }, times: 2 },
        { where: { 'user.name': 'c' }, times: 1 },
      ],
    });
    const users = (names: string) => [...names].map((user, at) => loginAt(at * 1_000, { user }));
    expect(alertsOf(users('aabbc'), three)).toHaveLength(1);
    expect(alertsOf(users('aaabbbc'), three)).toHaveLength(1);
    for (const order of ['aabc', 'aacbb', 'abbc', 'bbaac', 'aabcbc'])
      expect(alertsOf(users(order), three)).toEqual([]);
  });

  it('fire exactly where enough failures lie within the time and no success between them', () => {
    const logins = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 240_000 }),
        succeeds: fc.nat({ max: 5 }).map((n) => n === 0),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(logins, (drawn) => {
        let time = 0;
        let recent: number[] = [];
        const expected: number[] = [];
        const events = drawn.map(({ after, succeeds }) => {
          time += after;
          if (!succeeds) recent.push(time);
          else {
            const within = recent.filter((ms) => ms >= time - 10 * MINUTE_MS);
            if (within.length >= 5) expected.push(time);
            recent = [];
          }
          return loginAt(time, { outcome: succeeds ? 'success' : 'failure' });
        });
        // Alerts of attempts that follow each other without a pause are told apart by the end of the one before.
        const sudden = aRule({ ...breakIn.spec, silence: '1ms' });
        const raised = detectAll([sudden], numbered(events)).filter(({ change }) => change === 'raised');
        expect(raised.map(({ at }) => at - BEGIN)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the state of steps', () => {
  it('of an earlier form counts as none', () => {
    const { evaluation } = breakIn;
    const stored = JSON.parse('{"step":0,"count":3,"startedAt":1767607200000,"evidence":null}');
    expect(evaluation.mode === 'ordered' && evaluation.kind.expiresAt(stored)).toBeLessThan(0);
  });

  const kept = (events: ReturnType<typeof loginAt>[]) => {
    const detector = new Detector([breakIn], { timeline: 'test', trackChanges: true });
    detector.offerBatch(batchOf(numbered(events)));
    detector.advance(BEGIN + 20 * MINUTE_MS);
    return JSON.stringify(detector.takeStateChanges().filter(([, , , state]) => state !== null));
  };

  it('stays small however many events there are', () => {
    expect(kept(burst(0, 10_000, 100)).length).toBeLessThan(600);
  });

  it('is none after a success that comes too early', () => {
    expect(kept([success(0)])).toBe('[]');
    expect(kept([...burst(0, 4), success(10_000)])).toBe('[]');
  });
});
