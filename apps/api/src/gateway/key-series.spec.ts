import { anEvent } from '@watchfloor/contracts/testing';
import { encodeTally } from '../pipeline/aggregation/tally-codec';
import { WindowBook } from '../pipeline/aggregation/window-book';
import { rowsOfKey } from './key-series';
import { tallyOf } from './tally-of-events';

const TEN = Date.parse('2026-01-05T10:00:00Z');
const RANGE = { from: TEN, to: TEN + 4_000, step: '1s' } as const;

/** A book with one window a second, each of failed logins of these users. */
function bookOf(trackedKeys: number, ...seconds: (readonly string[])[]): WindowBook {
  const book = new WindowBook(trackedKeys);
  seconds.forEach((users, second) => {
    const events = users.map((name) => ({ event: anEvent({ user: { name } }) }));
    const start = TEN + second * 1_000;
    book.add(start, encodeTally(tallyOf(events)), { now: start, wallClock: start });
  });
  return book;
}

const eventsOf = (rows: ReturnType<typeof rowsOfKey>): [second: number, events: number][] =>
  rows.map(({ start, events }) => [(start - TEN) / 1_000, events]);

describe('the events of one key by windows', () => {
  it('are those of that key alone, exact while every key is kept', () => {
    const book = bookOf(100, ['root', 'ada', 'root'], [], ['ada'], ['root']);
    const rows = rowsOfKey(book, RANGE, { user: 'root' }, 'user');
    expect(eventsOf(rows)).toEqual([
      [3, 1],
      [2, 0],
      [1, 0],
      [0, 2],
    ]);
    expect(rows.every(({ exact }) => exact)).toBe(true);
    expect(rows[3]?.byCategory).toEqual({ authentication: 2 });
  });

  it('are summed from the parts of a window that is still to be made', () => {
    const book = bookOf(100, ['root', 'ada'], ['root'], ['ada']);
    const range = { from: TEN, to: TEN + 10_000, step: '10s' } as const;
    const count = () => rowsOfKey(book, range, { user: 'root' }, 'user').map(({ events }) => events);
    expect(count()).toEqual([2]);
    book.rollUp(TEN + 10_000);
    expect(count()).toEqual([2]);
  });

  it('are never fewer than they were where keys were cut, and no further off than they say', () => {
    const many = Array.from({ length: 40 }, (_, i) => `user-${i % 20}`);
    const book = bookOf(5, [...many, 'root', 'root', 'root'], many);
    for (const [second, user, were] of [
      [0, 'root', 3],
      [0, 'user-7', 2],
      [1, 'root', 0],
    ] as const) {
      const rows = rowsOfKey(book, RANGE, { user }, 'user');
      const { events = 0, error = 0, exact } = rows.at(-1 - second) ?? {};
      expect(exact).toBeUndefined();
      expect(events).toBeGreaterThanOrEqual(were);
      expect(events - error).toBeLessThanOrEqual(were);
    }
  });

  it('are told as far back as windows have their keys', () => {
    const book = bookOf(100, ['root'], ['root'], ['root'], ['root']);
    const old = book.window('1s', TEN + 1_000);
    old?.pack(100);
    old?.shed();
    const seconds = eventsOf(rowsOfKey(book, RANGE, { user: 'root' }, 'user')).map(([second]) => second);
    expect(seconds).toEqual([3, 2]);
  });
});
