import { Detector } from './detector';
import { aRule, BEGIN, detectAll, loginAt, placed, raisedIn } from './testing';

const bucket = aRule({ kind: 'bucket', capacity: 5, leak: '10s', silence: '1m' });
const logins = (times: readonly number[]) => placed(times.map((ms) => loginAt(ms)));
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
    const mixed = placed(seconds(10).map((ms, index) => loginAt(ms, { ip: `203.0.113.${index % 2}` })));
    expect(raisedIn(detectAll([bucket], mixed))).toEqual([]);
  });

  it('counts a distinct value once, until the bucket has run empty', () => {
    const distinct = aRule({ kind: 'bucket', capacity: 2, leak: '10s', distinct: 'user.name' });
    const users = (names: readonly string[]) =>
      placed(names.map((user, index) => loginAt(index * 1_000, { user })));
    expect(raisedIn(detectAll([distinct], users(['a', 'b', 'a', 'b', 'a'])))).toEqual([]);
    expect(raisedIn(detectAll([distinct], users(['a', 'b', 'a', 'c'])))).toHaveLength(1);
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
  it('ignores an event that no rule is about', () => {
    const detector = new Detector([aRule({ kind: 'trigger', where: { 'event.category': 'web' } })], {
      timeline: 'test',
    });
    const [event] = logins([0]);
    expect(event && detector.offer(event)).toBe('ignored');
  });

  it('counts an event behind the watermark as late for detection and does not evaluate it', () => {
    const detector = new Detector([aRule({ kind: 'trigger' })], { timeline: 'test' });
    detector.advance(BEGIN + 1_000);
    const [before, at] = logins([999, 1_000]);
    expect(before && detector.offer(before)).toBe('late');
    expect(at && detector.offer(at)).toBe('taken');
    expect(raisedIn(detector.finish().changes)).toHaveLength(1);
    expect(detector.counts.lateForDetection).toBe(1);
  });

  it('evaluates the earliest before the watermark when it holds too many, and counts it', () => {
    const detector = new Detector([bucket], { timeline: 'test', maxPending: 3 });
    for (const event of logins(seconds(6).map((ms) => ms / 2))) detector.offer(event);
    expect(detector.counts).toMatchObject({ pending: 3, releasedEarly: 3 });
    expect(raisedIn(detector.finish().changes)).toHaveLength(1);
  });

  it('drops keys beyond the limit and counts them, and still sees a source that is active', () => {
    const flood = seconds(2_000).flatMap((ms, index) => [
      loginAt(ms, { ip: `198.18.${index >> 8}.${index & 255}` }),
      ...(index < 6 ? [loginAt(ms)] : []),
    ]);
    const detector = new Detector([bucket], { timeline: 'test', maxKeys: 100 });
    for (const event of placed(flood)) detector.offer(event);
    expect(raisedIn(detector.finish().changes).map(({ source }) => source)).toEqual([['203.0.113.7']]);
    expect(detector.snapshot().states.length).toBeLessThanOrEqual(200);
  });

  it('leaves out the stored state of a rule that is gone', () => {
    const detector = new Detector([bucket], { timeline: 'test' });
    for (const event of logins(seconds(3))) detector.offer(event);
    detector.advance(BEGIN + 10_000);
    const other = new Detector([aRule({ id: 'other', kind: 'trigger' })], { timeline: 'test' });
    other.restore(JSON.parse(JSON.stringify(detector.snapshot())));
    expect(other.snapshot().states).toEqual([]);
  });
});
