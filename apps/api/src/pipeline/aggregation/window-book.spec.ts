import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { Tally } from './tally';
import { TARGET } from './testing';
import { STEPS, WindowBook } from './window-book';

/** The start of a day. */
const DAY = Date.parse('2026-01-05T00:00:00.000Z');

/** Seconds behind `DAY` that a test of a step reaches over: within its retention. */
const SPAN: Readonly<Record<WindowStep, number>> = { '1s': 800, '10s': 7_000, '1m': 20_000, '1h': 200_000 };

function tallyOf(events: number): Tally {
  const tally = new Tally();
  for (let i = 0; i < events; i++) tally.add(anEvent(), 'facet', TARGET);
  return tally;
}

function held(book: WindowBook): string[] {
  return [...book.entries()].map(([step, start]) => `${step} ${(start - DAY) / 1_000}`);
}

describe('a window book', () => {
  it('counts every event at every step, in the window that holds its second', () => {
    const book = new WindowBook(10);
    book.add(DAY + 69_000, tallyOf(2), DAY + 70_000);
    book.add(DAY + 70_000, tallyOf(1), DAY + 70_000);
    const counts = [...book.entries()].map(([step, start, { events }]) => [
      step,
      (start - DAY) / 1_000,
      events,
    ]);
    expect(counts).toEqual([
      ['1s', 69, 2],
      ['1s', 70, 1],
      ['10s', 60, 2],
      ['10s', 70, 1],
      ['1m', 60, 3],
      ['1h', 0, 3],
    ]);
  });

  it('sums any range at any step to what lies in it', () => {
    const second = fc.integer({ min: 0, max: 1_000_000 });
    const added = fc.array(fc.tuple(second, fc.integer({ min: 1, max: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...STEPS), added, second, second, (step, gains, a, b) => {
        const span = SPAN[step];
        const { sizeMs } = WINDOW_STEPS[step];
        const book = new WindowBook(10);
        for (const [at, events] of gains)
          book.add(DAY + (at % span) * 1_000, tallyOf(events), DAY + span * 1_000);
        const aligned = (at: number) => DAY + Math.floor(((at % span) * 1_000) / sizeMs) * sizeMs;
        const [from, to] = [Math.min(aligned(a), aligned(b)), Math.max(aligned(a), aligned(b))];
        const inRange = gains.filter(([at]) => {
          const time = DAY + (at % span) * 1_000;
          return time >= from && time < to;
        });
        const total = inRange.reduce((sum, [, events]) => sum + events, 0);
        expect(book.sum(from, to, step).events).toBe(total);
        const series = [...book.series(from, to, step)];
        expect(series.map(([start]) => start)).toEqual(
          Array.from({ length: (to - from) / sizeMs }, (_, i) => from + i * sizeMs),
        );
        expect(series.reduce((sum, [, window]) => sum + (window?.events ?? 0), 0)).toBe(total);
      }),
    );
  });

  it('counts a window in the range that begins with it and not in the one that ends there', () => {
    const book = new WindowBook(10);
    book.add(DAY + 10_000, tallyOf(1), DAY + 11_000);
    expect(book.sum(DAY, DAY + 10_000, '1s').events).toBe(0);
    expect(book.sum(DAY + 10_000, DAY + 11_000, '1s').events).toBe(1);
  });

  it('forgets each window when its end is as old as the retention of its step', () => {
    const book = new WindowBook(10);
    book.add(DAY, tallyOf(1), DAY + 1_000);
    book.prune(DAY + 1_000 + WINDOW_STEPS['1s'].retentionMs - 1);
    expect(held(book)).toEqual(['1s 0', '10s 0', '1m 0', '1h 0']);
    book.prune(DAY + 1_000 + WINDOW_STEPS['1s'].retentionMs);
    expect(held(book)).toEqual(['10s 0', '1m 0', '1h 0']);
    book.prune(DAY + 3_600_000 + WINDOW_STEPS['1h'].retentionMs);
    expect(held(book)).toEqual([]);
  });

  it('opens no window that is past its retention already', () => {
    const book = new WindowBook(10);
    book.add(DAY, tallyOf(1), DAY + 1_000 + WINDOW_STEPS['1s'].retentionMs);
    expect(held(book)).toEqual(['10s 0', '1m 0', '1h 0']);
  });

  it('adds a stored window to what it already has of its step, and to no other', () => {
    const book = new WindowBook(10);
    book.addStored('1m', DAY, tallyOf(2));
    book.addStored('1m', DAY, tallyOf(1));
    expect([...book.entries()].map(([step, , { events }]) => [step, events])).toEqual([['1m', 3]]);
  });

  it('keeps the keys of a dimension within its limit and says by how much counts may be wrong', () => {
    const book = new WindowBook(4);
    for (let i = 0; i < 100; i++) {
      const gained = new Tally();
      gained.add(anEvent({ user: { name: `user-${i}` } }), 'facet', TARGET);
      book.add(DAY, gained, DAY);
    }
    const { users, events } = book.sum(DAY, DAY + 3_600_000, '1h').facet('facet');
    expect(events).toBe(100);
    expect(users.counts.size).toBeLessThanOrEqual(5);
    expect(users.error).toBeGreaterThan(0);
  });
});
