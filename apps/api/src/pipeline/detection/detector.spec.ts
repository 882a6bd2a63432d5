import { Detector } from './detector';
import { eventRows } from './event-rows';
import type { Rule } from './rule';
import type { StoredState } from './rule-runners';
import { aRule, batchOf, BEGIN, detectAll, loginAt, numbered, raisedIn } from './testing';

const bucket = aRule({ kind: 'bucket', capacity: 5, leak: '10s', silence: '1m' });
const logins = (times: readonly number[]) => numbered(times.map((ms) => loginAt(ms)));
const seconds = (count: number, from = 0) =>
  Array.from({ length: count }, (_none, index) => (from + index) * 1_000);

describe('a leaky bucket', () => {
  it('fires on the event after the capacity when nothing has leaked', () => {
    const five = logins([0, 0, 0, 0, 0]);
    expect(raisedIn(detectAll([bucket], five))).toEqual([]);
    const [alert] = raisedIn(detectAll([bucket], logins([0, 0, 0, 0, 0, 0])));
    expect(alert).toMatchObject({ events: 6, source: ['203.0.113.7'], target: ['gate-1'] });
  });

  it('stays silent at a rate that leaks away, however long it lasts', () => {
    expect(raisedIn(detectAll([bucket], logins(seconds(500).map((ms) => ms * 10))))).toEqual([]);
  });

  it('leaks a part of an event in a part of the time', () => {
    // After 5 s half an event has leaked: 5 - 0.5 + 1 is over 5, and a whole interval later it is not.
    expect(raisedIn(detectAll([bucket], logins([0, 0, 0, 0, 0, 5_000])))).toHaveLength(1);
    expect(raisedIn(detectAll([bucket], logins([0, 0, 0, 0, 0, 10_000])))).toHaveLength(0);
  });

  it('keeps the sources apart', () => {
    const mixed = numbered(seconds(10).map((ms, index) => loginAt(ms, { ip: `203.0.113.${index % 2}` })));
    expect(raisedIn(detectAll([bucket], mixed))).toEqual([]);
  });

  it('counts a distinct value once, until the bucket has run empty', () => {
    const distinct = aRule({ kind: 'bucket', capacity: 2, leak: '10s', distinct: 'user.name' });
    const users = (names: readonly string[]) =>
      numbered(names.map((user, index) => loginAt(index * 1_000, { user })));
    expect(raisedIn(detectAll([distinct], users(['a', 'b', 'a', 'b', 'a'])))).toEqual([]);
    expect(raisedIn(detectAll([distinct], users(['a', 'b', 'a', 'c'])))).toHaveLength(1);
  });
});

describe('an event that stands for several', () => {
  const repeated = (times: string) => numbered([{ ...loginAt(0), labels: { repeated: times } }]);

  it('counts as often as it happened where events are counted', () => {
    const steps = [
      { where: { 'event.outcome': 'failure' }, times: 6 },
      { where: { 'event.outcome': 'success' }, times: 1 },
    ];
    const within = aRule({ kind: 'sequence', within: '1m', steps });
    const threshold = aRule({ kind: 'threshold', window: '1m', limit: 5 });
    for (const rule of [bucket, threshold])
      expect(raisedIn(detectAll([rule], repeated('6')))).toMatchObject([{ events: 6 }]);
    const success = { ...loginAt(1_000, { outcome: 'success' }) };
    expect(raisedIn(detectAll([within], [...repeated('6'), success]))).toMatchObject([{ events: 7 }]);
    for (const rule of [bucket, threshold]) expect(raisedIn(detectAll([rule], repeated('5')))).toEqual([]);
  });

  it('has one value where values are counted', () => {
    const distinct = aRule({ kind: 'bucket', capacity: 2, leak: '10s', distinct: 'user.name' });
    expect(raisedIn(detectAll([distinct], repeated('6')))).toEqual([]);
  });

  it('counts once when what it says is no number, and not without limit', () => {
    for (const text of ['', 'x', '-3', '0']) expect(detectAll([bucket], repeated(text))).toEqual([]);
    expect(raisedIn(detectAll([bucket], repeated('999999999')))).toMatchObject([{ events: 1_000 }]);
  });
});

describe('an alert', () => {
  it('takes the events that follow, is updated, and closes after the silence', () => {
    const changes = detectAll([bucket], logins(seconds(60)));
    expect(changes.map(({ change }) => change)).toEqual([
      'raised',
      'updated',
      'updated',
      'updated',
      'updated',
      'updated',
      'closed',
    ]);
    expect(changes.at(-1)).toMatchObject({ at: BEGIN + 59_000 + 60_000, alert: { events: 60 } });
    expect(new Set(changes.map(({ alert }) => alert.id)).size).toBe(1);
  });

  it('is a new one with another id when the attack comes back after the silence', () => {
    const alerts = raisedIn(detectAll([bucket], logins([...seconds(10), ...seconds(10, 120)])));
    expect(alerts).toHaveLength(2);
    expect(alerts[0]?.id).not.toBe(alerts[1]?.id);
  });

  it('has an id that depends on timeline, rule, key and first window', () => {
    const idIn = (timeline: string, from = 0) =>
      raisedIn(detectAll([bucket], logins(seconds(6, from)), { timeline }))[0]?.id;
    expect(idIn('live')).toBe(idIn('live'));
    expect(idIn('live')).not.toBe(idIn('replay'));
    expect(idIn('live')).not.toBe(idIn('live', 1));
  });
});

describe('a detector', () => {
  const trigger = aRule({ kind: 'trigger', silence: '1s' });
  const aDetector = (rules = [bucket], options = {}) => new Detector(rules, { timeline: 'test', ...options });

  it('decodes no batch before the watermark has come to its first event, and each once', () => {
    const detector = aDetector();
    let decoded = 0;
    const events = logins([2_000, 1_000, 3_000]);
    const decode = () => (decoded++, [eventRows(events)]);
    detector.offerBatch({ ...batchOf(events), parts: decode });
    detector.advance(BEGIN + 1_000);
    expect(decoded).toBe(0);
    for (const ms of [1_001, 2_500, 4_000]) detector.advance(BEGIN + ms);
    expect(decoded).toBe(1);
    expect(detector.counts).toMatchObject({ evaluated: 3, pending: 0 });
  });

  it('counts an event behind the watermark as late for detection and does not evaluate it', () => {
    const detector = aDetector([trigger]);
    detector.advance(BEGIN + 1_000);
    detector.offerBatch(batchOf(logins([999, 1_000])));
    expect(raisedIn(detector.finish().changes)).toHaveLength(1);
    expect(detector.counts).toMatchObject({ evaluated: 1, lateForDetection: 1 });
  });

  it('evaluates no row that is to be skipped, and does not count it as late', () => {
    const detector = aDetector([trigger]);
    detector.advance(BEGIN + 1);
    detector.offerBatch({ ...batchOf(logins([0, 1, 2])), skip: new Set([0, 2]) });
    detector.finish();
    expect(detector.counts).toMatchObject({ evaluated: 1, lateForDetection: 0 });
  });

  it('goes on behind an event on which a rule fails, and counts it', () => {
    const detector = aDetector();
    const events = logins([0, 1, 2, 3, 4, 5, 6]);
    // What no schema lets through: no list of categories.
    Reflect.set(events[3]?.event ?? {}, 'category', null);
    detector.offerBatch(batchOf(events));
    expect(raisedIn(detector.finish().changes)).toHaveLength(1);
    expect(detector.counts).toMatchObject({ evaluated: 7, failures: 1 });
  });

  it('evaluates an event once that came twice', () => {
    const detector = aDetector();
    for (const entry of [1, 2]) detector.offerBatch(batchOf(logins([0, 0, 0, 0]), entry));
    expect(detector.finish().changes).toEqual([]);
    expect(detector.counts).toMatchObject({ evaluated: 4, duplicates: 4 });
  });

  it('evaluates the earliest before the watermark when it holds too many, and counts it', () => {
    const detector = aDetector([bucket], { maxPending: 8 });
    detector.offerBatch(batchOf(logins(seconds(6).map((ms) => ms / 2)), 1));
    detector.offerBatch(batchOf(numbered(logins(seconds(6).map((ms) => ms / 2 + 250)), 'other'), 2));
    expect(detector.counts).toMatchObject({ pending: 7, releasedEarly: 5 });
    expect(raisedIn(detector.finish().changes)).toHaveLength(1);
  });

  it('drops keys beyond the limit and counts them, and still sees a source that is active', () => {
    const flood = seconds(2_000).flatMap((ms, index) => [
      loginAt(ms / 100, { ip: `198.18.${index >> 8}.${index & 255}` }),
      ...(index % 50 === 0 ? [loginAt(ms / 100)] : []),
    ]);
    const detector = aDetector([bucket], { maxKeys: 100, trackChanges: true });
    detector.offerBatch(batchOf(numbered(flood)));
    const { changes } = detector.advance(BEGIN + 20_000);
    expect(raisedIn(changes).map(({ source }) => source)).toEqual([['203.0.113.7']]);
    expect(detector.counts.evictions).toBeGreaterThan(1_000);
    expect(detector.takeStateChanges().filter(([, , , state]) => state !== null).length).toBeLessThan(200);
  });
});

describe('a detector that goes on from a checkpoint', () => {
  it('leaves out what it had evaluated before the watermark, and does not count it again', () => {
    const entry = batchOf(logins(seconds(9)));
    const detector = new Detector([bucket], { timeline: 'test', maxPending: 8 });
    detector.offerBatch(entry);
    const { counts } = detector;
    expect(counts).toMatchObject({ releasedEarly: 2, pending: 7 });
    const next = new Detector([bucket], { timeline: 'test' });
    next.restore(JSON.parse(JSON.stringify(detector.checkpoint())), detector.takeStateChanges());
    next.offerBatch(entry, 'again');
    next.finish();
    expect(next.counts).toEqual({ ...counts, evaluated: 9, pending: 0 });
  });
});

describe('the low water of a detector', () => {
  const offering = (...times: number[][]) => {
    const detector = new Detector([bucket], { timeline: 'test', maxStragglers: 2 });
    times.forEach((ms, index) => detector.offerBatch(batchOf(logins(ms), index + 1)));
    return detector;
  };

  it('is the newest entry before which nothing waits', () => {
    const detector = offering([1_000, 9_000], [2_000], [3_000]);
    expect(detector.lowWater).toBeUndefined();
    detector.advance(BEGIN + 5_000);
    expect(detector.lowWater).toBeUndefined();
    detector.advance(BEGIN + 10_000);
    expect(detector.lowWater).toBe('3-0');
  });

  it('goes on when events far ahead are set aside, which are evaluated all the same', () => {
    const detector = offering([1_000, 9_000], [2_000], [8_000]);
    detector.advance(BEGIN + 5_000);
    detector.setAside(1);
    expect(detector.lowWater).toBe('2-0');
    const { stragglers } = detector.checkpoint();
    expect(stragglers.map(({ time }) => time - BEGIN)).toEqual([9_000]);
    detector.finish();
    expect(detector.counts).toMatchObject({ evaluated: 4, pending: 0, givenUp: 0 });
  });

  it('goes on at the price of the events furthest ahead when there are too many, and counts them', () => {
    const detector = offering([1_000, 8_000, 9_000, 7_000], [2_000]);
    detector.advance(BEGIN + 5_000);
    detector.setAside(1);
    expect(detector.checkpoint().stragglers.map(({ time }) => time - BEGIN)).toEqual([7_000, 8_000]);
    expect(detector.counts).toMatchObject({ pending: 2, givenUp: 1 });
  });
});

describe('when input goes quiet', () => {
  const threshold = aRule({ kind: 'threshold', window: '1m', limit: 3, silence: '2m' });

  it('evaluates what waits and judges the windows that are open, and what comes later still counts', () => {
    const detector = new Detector([threshold], { timeline: 'test' });
    detector.offerBatch(batchOf(logins([0, 1_000, 2_000, 3_000]), 1));
    const quiet = detector.flush();
    expect(raisedIn(quiet.changes)).toMatchObject([{ events: 4 }]);
    expect(detector.flush().changes).toEqual([]);
    detector.offerBatch(batchOf(numbered([loginAt(3_000), loginAt(10_000)], 'later'), 2));
    const end = detector.finish().changes;
    expect(raisedIn(end)).toEqual([]);
    expect(end.at(-1)).toMatchObject({ change: 'closed', alert: { events: 5 } });
    expect(detector.counts.lateForDetection).toBe(1);
  });

  it('judges a window again that had too few', () => {
    const detector = new Detector([threshold], { timeline: 'test' });
    detector.offerBatch(batchOf(logins([0, 1_000]), 1));
    expect(detector.flush().changes).toEqual([]);
    detector.offerBatch(batchOf(numbered([loginAt(2_000), loginAt(3_000)], 'later'), 2));
    expect(raisedIn(detector.finish().changes)).toMatchObject([{ events: 4 }]);
  });

  it('leaves what is ahead of the given time', () => {
    const detector = new Detector([threshold], { timeline: 'test' });
    detector.offerBatch(batchOf(logins([0, 1_000, 300_000])));
    detector.flush(BEGIN + 60_000);
    expect(detector.counts).toMatchObject({ evaluated: 2, pending: 1 });
    expect(detector.checkpoint().watermark).toBe(BEGIN + 1_001);
  });
});

describe('when rules change', () => {
  const other = aRule({ id: 'other', kind: 'bucket', capacity: 5, leak: '10s', silence: '1m' });
  const slower = aRule({ kind: 'bucket', capacity: 5, leak: '11s', silence: '1m' });
  const words = { kind: 'bucket', capacity: 5, leak: '10s', silence: '1m' };
  const changing = (to: Rule[]) => {
    const detector = new Detector([bucket], { timeline: 'test', trackChanges: true });
    detector.offerBatch(batchOf(logins([0, 0, 0]), 1));
    detector.advance(BEGIN + 1);
    const stored = detector.takeStateChanges();
    detector.useRules(to);
    detector.offerBatch(batchOf(logins([1, 1, 1]), 2));
    return { detector, stored, alerts: raisedIn(detector.advance(BEGIN + 2).changes) };
  };

  it('goes on counting for the rules that do the same as before', () => {
    expect(changing([other, bucket]).alerts).toHaveLength(1);
  });

  it.each([
    { description: 'Other words.' },
    { severity: 'low' },
    { technique: ['T1078'] },
    { tactic: ['TA0001'] },
    { aliases: ['other/name'] },
    { silence: '2m' },
    { falsePositives: ['others'] },
    { references: ['https://attack.mitre.org/'] },
  ])('goes on counting when only words changed, and says the new ones: %j', (said) => {
    const [alert] = changing([aRule({ ...words, ...said })]).alerts;
    expect(alert).toBeDefined();
    for (const [name, value] of Object.entries(said))
      if (name in (alert ?? {})) expect(alert).toHaveProperty(name, value);
  });

  it('gives the new reason of an alert that is raised after the change', () => {
    const said = changing([aRule({ ...words, reason: '{events} times, and another reason' })]).alerts;
    expect(said).toMatchObject([{ reason: '6 times, and another reason' }]);
  });

  it('goes on from states that are stored under the version that words were part of', () => {
    const detector = new Detector([bucket], { timeline: 'test', trackChanges: true });
    detector.offerBatch(batchOf([...logins([0, 0, 0]), ...sixOf('203.0.113.8')], 1));
    detector.advance(BEGIN + 1);
    const former: StoredState[] = JSON.parse(
      JSON.stringify(detector.takeStateChanges()).replaceAll(bucket.version, bucket.formerVersion),
    );
    expect(JSON.stringify(former)).not.toContain(bucket.version);
    const next = new Detector([bucket], { timeline: 'test', trackChanges: true });
    expect(next.restore(detector.checkpoint(), former).changes).toEqual([]);
    next.offerBatch(batchOf(logins([1, 1, 1]), 2));
    const later = next.advance(BEGIN + 120_000).changes;
    expect(later.map(({ change, alert }) => [change, alert.key])).toEqual([
      ['raised', '203.0.113.7'],
      ['closed', '203.0.113.8'],
      ['closed', '203.0.113.7'],
    ]);
    const rewritten = next.takeStateChanges().filter(([owner]) => owner === bucket.formerVersion);
    expect(rewritten).toEqual([[bucket.formerVersion, 'open', '203.0.113.8', null]]);
  });

  const sixOf = (ip: string) =>
    numbered(
      Array.from({ length: 6 }, () => loginAt(0, { ip })),
      ip,
    );
  const withAlert = () => {
    const detector = new Detector([bucket], { timeline: 'test', trackChanges: true });
    detector.offerBatch(batchOf(sixOf('203.0.113.7'), 1));
    const [raised] = detector.advance(BEGIN + 1).changes;
    return { detector, raised };
  };
  const openIn = (detector: Detector) => detector.takeStateChanges().filter(([, part]) => part === 'open');

  it.each([
    ['counts otherwise', [slower]],
    ['is gone', [other]],
  ])('ends the open alerts of a rule that %s, and stores nothing more of them', (_what, to) => {
    const { detector, raised } = withAlert();
    expect(openIn(detector)).toMatchObject([[bucket.version, 'open', '203.0.113.7', { reportedEvents: 6 }]]);
    const { changes } = detector.useRules(to);
    expect(changes).toEqual([{ change: 'closed', at: BEGIN + 1, alert: raised?.alert, cause: 'rule' }]);
    expect(openIn(detector)).toEqual([[bucket.version, 'open', '203.0.113.7', null]]);
    expect(detector.finish().changes).toEqual([]);
  });

  it('ends the open alerts of a rule that is gone when it goes on from a checkpoint, until there is another', () => {
    const { detector, raised } = withAlert();
    const [states, checkpoint] = [detector.takeStateChanges(), detector.checkpoint()];
    for (const _life of [1, 2]) {
      const next = new Detector([other], { timeline: 'test', trackChanges: true });
      const { changes } = next.restore(checkpoint, states);
      expect(changes).toEqual([{ change: 'closed', at: BEGIN + 1, alert: raised?.alert, cause: 'rule' }]);
      expect(openIn(next)).toEqual([[bucket.version, 'open', '203.0.113.7', null]]);
      expect(next.finish().changes).toEqual([]);
    }
  });

  it('ends open alerts that were stored without the words of their rule', () => {
    const { detector, raised } = withAlert();
    const states = detector.takeStateChanges();
    const { words: _none, ...checkpoint } = detector.checkpoint();
    for (const [to, severity] of [
      [slower, 'high'],
      [other, 'info'],
    ] as const) {
      const { changes } = new Detector([to], { timeline: 'test' }).restore(checkpoint, states);
      expect(changes).toMatchObject([
        { change: 'closed', alert: { id: raised?.alert.id, rule: 'a-rule', severity } },
      ]);
    }
  });

  it('starts anew for the rules that do not, and stores nothing more of what they were', () => {
    const { detector, stored, alerts } = changing([slower, other]);
    expect(alerts).toEqual([]);
    expect(JSON.stringify(stored)).toContain(bucket.version);
    const rewritten = detector.takeStateChanges();
    expect(rewritten.map(([owner, part, key]) => [owner, part, key])).toEqual([
      ['source.ip', 'keys', '203.0.113.7'],
    ]);
    expect(JSON.stringify(rewritten)).not.toContain(bucket.version);
  });

  it('removes what is stored of a kind of key that no rule counts by any more', () => {
    const { detector, stored } = changing([aRule({ kind: 'trigger', key: ['source.ip', 'user.name'] })]);
    const [owner, part, key] = stored[0] ?? [];
    expect(detector.takeStateChanges()).toContainEqual([owner, part, key, null]);
  });

  it('gives up stored states of rules that are gone when it goes on from them', () => {
    const { stored } = changing([bucket]);
    const next = new Detector([other], { timeline: 'test', trackChanges: true });
    next.restore(next.checkpoint(), stored);
    const [version, part, key] = stored[0] ?? [];
    expect(next.takeStateChanges()).toEqual([[version, part, key, null]]);
  });
});
