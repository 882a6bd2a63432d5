import { allowedTarget, TargetRefusedError } from './allow-list';
import { BATCH_LINES, LineBatch } from './line-batch';
import { isRetryable, waitBeforeRetry } from './retry';
import { SendLedger } from './send-ledger';
import { startOfResumedRun, startOfRun, VirtualClock } from './virtual-clock';

describe('allowedTarget', () => {
  it.each(['http://127.0.0.1:3000', 'http://localhost', 'http://[::1]:3000', 'https://127.8.9.1/base'])(
    'lets lines go to this machine: %s',
    (target) => {
      expect(allowedTarget(target, []).href).toContain(target);
    },
  );

  it.each([
    'http://example.org',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'not a url',
  ])('refuses %s', (target) => {
    expect(() => allowedTarget(target, [])).toThrow(TargetRefusedError);
  });

  it('lets lines go to a host that is on the list, and to none that only looks like it', () => {
    expect(allowedTarget('https://lab.example.org', ['lab.example.org']).hostname).toBe('lab.example.org');
    expect(() => allowedTarget('https://x.lab.example.org', ['lab.example.org'])).toThrow(TargetRefusedError);
  });
});

describe('waitBeforeRetry', () => {
  const now = Date.UTC(2026, 0, 1);

  it.each([
    [1, '3', 3_000],
    [1, '0', 0],
    [1, '9999', 60_000],
    [1, 'Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    [1, 'soon', 100],
    [1, undefined, 100],
    [3, undefined, 400],
    [50, undefined, 5_000],
  ])('waits after attempt %i with Retry-After %s for %i ms', (attempt, retryAfter, ms) => {
    expect(waitBeforeRetry(attempt, retryAfter, now)).toBe(ms);
  });

  it('repeats what may succeed later and nothing else', () => {
    expect([200, 400, 408, 409, 413, 415, 422, 429, 500, 503].filter(isRetryable)).toEqual([
      408, 409, 429, 500, 503,
    ]);
  });
});

describe('LineBatch', () => {
  const batchOf = (bytes: number) => new LineBatch(Buffer.alloc(bytes));

  it('holds lines with their ends until it is full, and counts them', () => {
    const batch = batchOf(40);
    expect([batch.append('first'), batch.append('seconds'), batch.append('does not fit')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(batch.body.toString()).toBe('first\nseconds\n');
    expect(batch.lines).toBe(2);
  });

  it('takes no more lines than a request may have', () => {
    const batch = batchOf(1_000_000);
    for (let line = 0; line < BATCH_LINES; line += 1) expect(batch.append('x')).toBe(true);
    expect(batch.append('x')).toBe(false);
  });

  it('writes UTF-8 and can be used again', () => {
    const batch = batchOf(100);
    batch.append('naïve 日本');
    expect(batch.body.toString('utf8')).toBe('naïve 日本\n');
    batch.clear().append('b');
    expect(batch.body.toString()).toBe('b\n');
  });
});

describe('SendLedger', () => {
  it('always closes', () => {
    const ledger = new SendLedger();
    const answer = { accepted: 7, duplicates: 1, rejected: 2, errors: [] };
    ledger.answered(10, answer, { mayHaveArrived: false, replayed: false });
    ledger.answered(10, answer, { mayHaveArrived: false, replayed: true });
    ledger.answered(10, answer, { mayHaveArrived: true, replayed: true });
    ledger.gaveUp(5);
    const { sent, accepted, duplicates, rejected, refused } = ledger.figures();
    expect(sent).toBe(accepted + duplicates + rejected + refused);
    expect({ sent, accepted, refused }).toEqual({ sent: 45, accepted: 14, refused: 5 });
  });
});

describe('startOfRun', () => {
  const nowMs = 1_000_000_000;
  const hour = 3_600_000;

  it('begins now at the speed of time', () => {
    expect(startOfRun({ nowMs, startMs: undefined, durationMs: hour, speed: 1 })).toBe(nowMs);
  });

  it('begins early enough that a fast run has caught up with now at its end', () => {
    expect(startOfRun({ nowMs, startMs: undefined, durationMs: hour, speed: 4 })).toBe(nowMs - hour * 0.75);
    expect(startOfRun({ nowMs, startMs: undefined, durationMs: hour, speed: Infinity })).toBe(nowMs - hour);
  });

  it('refuses a start from which events would lie in the future', () => {
    const request = { nowMs, durationMs: hour, speed: 4 };
    expect(() => startOfRun({ ...request, startMs: nowMs - hour * 0.5 })).toThrow('in the future');
    expect(startOfRun({ ...request, startMs: nowMs - hour })).toBe(nowMs - hour);
    expect(() => startOfRun({ ...request, startMs: undefined, durationMs: Infinity })).toThrow(
      'needs a duration',
    );
  });

  it('lets a resumed run go on as if it had been running until now', () => {
    expect(startOfResumedRun({ nowMs, durationMs: Infinity, speed: 1 }, 5_000)).toBe(nowMs - 5_000);
    expect(startOfResumedRun({ nowMs, durationMs: hour, speed: 4 }, hour)).toBe(nowMs - hour);
  });
});

describe('VirtualClock', () => {
  it('waits until an offset has passed, faster by its speed', () => {
    const clock = new VirtualClock(1_000, 10);
    expect(clock.waitMs(5_000_000, 1_000)).toBe(500);
    expect(clock.waitMs(5_000_000, 1_600)).toBe(0);
    expect(clock.lagMs(5_000_000, 1_600)).toBe(100);
  });

  it('stands still while paused', () => {
    const clock = new VirtualClock(0, 1);
    clock.pause(400);
    clock.pause(500);
    expect(clock.resume(1_400)).toBe(1_000);
    expect(clock.waitMs(1_000_000, 1_400)).toBe(600);
  });

  it('never waits at full speed', () => {
    expect(new VirtualClock(0, Infinity).waitMs(1e15, 0)).toBe(0);
  });
});
