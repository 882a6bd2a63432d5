import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { type EncodedTally, encodeTally } from '../pipeline/aggregation/tally-codec';
import { WindowBook } from '../pipeline/aggregation/window-book';
import type { SnapshotRange } from './snapshot-range';
import { summarise } from './summary';
import { tallyOf } from './tally-of-events';
import { WatchedRange } from './watched-range';

const NOON = Date.parse('2026-01-05T12:00:00Z');
const TRACKED_KEYS = 5;

const logins = (users: readonly string[]): EncodedTally =>
  encodeTally(tallyOf(users.map((name) => ({ event: anEvent({ user: { name } }) }))));

const crowd = (second: number): string[] => Array.from({ length: 20 }, (_, i) => `user-${second}-${i}`);

/** The last ten complete seconds before `now` and the open one. */
function tenSeconds(now: number): SnapshotRange {
  const open = Math.floor(now / 1_000) * 1_000;
  return { from: open - 10_000, to: open + 1_000, step: '1s' };
}

/** A book with a range over its last ten seconds. */
class Watch {
  readonly book = new WindowBook(TRACKED_KEYS);
  readonly range = new WatchedRange(this.book, tenSeconds(NOON));

  /** Counts a login of each user at `at`. */
  logins(at: number, users: readonly string[], now = at): void {
    const start = Math.floor(at / 1_000) * 1_000;
    this.book.add(start, logins(users), { now, wallClock: now }, this.range.gaining(start, now));
  }
}

const floods = fc.array(
  fc.record({
    ageS: fc.nat(4),
    users: fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }),
    packedAgeS: fc.nat(14),
    packedTo: fc.integer({ min: 1, max: TRACKED_KEYS }),
    waitMs: fc.oneof(fc.nat(1_500), fc.nat(6_000)),
  }),
  { minLength: 5, maxLength: 50 },
);

describe('a range whose windows are cut', () => {
  it('says of a flood all events, no count that is too low, and none that is further off than it says', () => {
    fc.assert(
      fc.property(floods, (steps) => {
        const watch = new Watch();
        const { book, range } = watch;
        const seen: { start: number; user: string }[] = [];
        let now = NOON;
        for (const { ageS, users, packedAgeS, packedTo, waitMs } of steps) {
          const start = Math.floor(now / 1_000 - ageS) * 1_000;
          const names = users.map((user) => `user-${user}`);
          watch.logins(start, names, now);
          seen.push(...names.map((user) => ({ start, user })));
          book.window('1s', start - packedAgeS * 1_000)?.pack(packedTo);
          now += waitMs;
          range.moveTo(tenSeconds(now));
          const { from, to } = range.range;
          const truth = new Map<string, number>();
          for (const one of seen)
            if (one.start >= from && one.start < to) truth.set(one.user, (truth.get(one.user) ?? 0) + 1);
          const { events, topUsers } = summarise(range.tally, {});
          expect(events).toBe([...truth.values()].reduce((sum, count) => sum + count, 0));
          const said = new Map(topUsers.map((row) => [row.key, row]));
          for (const [user, count] of truth)
            expect(said.get(user)?.count ?? range.tally.counts.users.error).toBeGreaterThanOrEqual(count);
          for (const { key, count, error = 0 } of topUsers)
            expect(count - error).toBeLessThanOrEqual(truth.get(key) ?? 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('counts different keys as the sketch of its windows does, when it has moved on', () => {
    const watch = new Watch();
    const { book, range } = watch;
    for (let second = 0; second < 40; second++) {
      const now = NOON + second * 1_000;
      watch.logins(now, crowd(second));
      range.moveTo(tenSeconds(now));
      const { registers } = book.sketch(range.range.from, range.range.to, 'users');
      expect(range.tally.sketches.get('users')?.registers).toEqual(registers);
    }
  });

  it('is exact again when it has left the flood behind', () => {
    const watch = new Watch();
    const { range } = watch;
    for (let second = 0; second <= 25; second++) {
      const now = NOON + second * 1_000;
      range.moveTo(tenSeconds(now));
      watch.logins(now, second === 0 ? crowd(second) : ['root']);
      if (second === 0) expect(range.tally.exact).toBe(false);
    }
    expect(range.tally.exact).toBe(true);
    expect(summarise(range.tally, {}).topUsers).toEqual([{ key: 'root', count: 11, exact: true }]);
  });
});
