import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { Tally } from './tally';
import { type EncodedTally, encodeTally } from './tally-codec';
import { inWords, rowOf } from './testing';
import { STEPS, WindowBook } from './window-book';

/** The start of a day. */
const DAY = Date.parse('2026-01-05T00:00:00.000Z');

/** Seconds behind `DAY` that a test of a step reaches over: within its retention. */
const SPAN: Readonly<Record<WindowStep, number>> = { '1s': 800, '10s': 7_000, '1m': 20_000, '1h': 200_000 };

function logins(...users: readonly string[]): EncodedTally {
  const tally = new Tally();
  for (const name of users) tally.add('facet', rowOf(anEvent({ user: { name } })));
  return encodeTally(tally);
}

function held(book: WindowBook): [step: string, second: number, events: number][] {
  return [...book.entries()].map(([step, start, { counts }]) => [step, (start - DAY) / 1_000, counts.events]);
}

const at = (now: number) => ({ now, wallClock: now });

describe('a window book', () => {
  it('counts an event in its second, and makes each coarser window once when it closes', () => {
    const book = new WindowBook(10);
    book.add(DAY + 59_000, logins('a', 'b'), at(DAY + 70_000));
    book.add(DAY + 60_000, logins('a'), at(DAY + 70_000));
    expect(held(book)).toEqual([
      ['1s', 59, 2],
      ['1s', 60, 1],
    ]);
    book.rollUp(DAY + 69_999);
    expect(held(book).slice(2)).toEqual([
      ['10s', 50, 2],
      ['1m', 0, 2],
    ]);
    book.rollUp(DAY + 3_600_000);
    expect(held(book).slice(2)).toEqual([
      ['10s', 50, 2],
      ['10s', 60, 1],
      ['1m', 0, 2],
      ['1m', 60, 1],
      ['1h', 0, 3],
    ]);
  });

  it('corrects every window that is made already when something comes for it, and no other', () => {
    const book = new WindowBook(10);
    book.add(DAY, logins('a'), at(DAY));
    book.rollUp(DAY + 70_000);
    book.add(DAY + 1_000, logins('b'), at(DAY + 70_000));
    expect(held(book)).toEqual([
      ['1s', 0, 1],
      ['1s', 1, 1],
      ['10s', 0, 2],
      ['1m', 0, 2],
    ]);
  });

  const gain = fc.record({
    kind: fc.constant('gain' as const),
    second: fc.nat(),
    users: fc.array(fc.constantFrom('root', 'ada', 'bob'), { minLength: 1, maxLength: 3 }),
  });
  const moves = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: gain },
      fc.record({ kind: fc.constant('rollUp' as const), second: fc.nat() }),
      fc.record({ kind: fc.constant('rest' as const) }),
      fc.record({ kind: fc.constant('prune' as const) }),
    ),
    { maxLength: 40 },
  );

  it('sums and lists any range to what lies in it, whatever the order of gains, closings and rests', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STEPS), moves, fc.nat(), fc.nat(), (step, steps, a, b) => {
        const span = SPAN[step];
        const now = DAY + span * 1_000;
        const { sizeMs } = WINDOW_STEPS[step];
        const book = new WindowBook(10);
        const all: { time: number; users: string[] }[] = [];
        for (const move of steps) {
          if (move.kind === 'rollUp') book.rollUp(DAY + (move.second % span) * 1_000);
          else if (move.kind === 'rest') for (const [, , window] of book.entries()) window.pack(10);
          else if (move.kind === 'prune') book.prune(now);
          else {
            const time = DAY + (move.second % span) * 1_000;
            all.push({ time, users: move.users });
            book.add(time, logins(...move.users), at(now));
          }
        }
        const aligned = (second: number) => DAY + Math.floor(((second % span) * 1_000) / sizeMs) * sizeMs;
        const [from, to] = [Math.min(aligned(a), aligned(b)), Math.max(aligned(a), aligned(b))];
        const expected = new Tally();
        for (const { time, users } of all) {
          if (time < from || time >= to) continue;
          for (const name of users) expected.add('facet', rowOf(anEvent({ user: { name } })));
        }
        expect(inWords(book.sum(from, to))).toEqual(inWords(expected));
        const series = [...book.series(from, to, step)];
        expect(series.map(([start]) => start)).toEqual(
          Array.from({ length: (to - from) / sizeMs }, (_, i) => from + i * sizeMs),
        );
        for (const [start, counts] of series) {
          const inWindow = all.filter(({ time }) => time >= start && time < start + sizeMs);
          expect(counts?.events ?? 0).toBe(inWindow.reduce((sum, { users }) => sum + users.length, 0));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('counts a window in the range that begins with it and not in the one that ends there', () => {
    const book = new WindowBook(10);
    book.add(DAY + 10_000, logins('a'), at(DAY + 11_000));
    expect(book.sum(DAY, DAY + 10_000).events).toBe(0);
    expect(book.sum(DAY + 10_000, DAY + 11_000).events).toBe(1);
  });

  it('forgets each window when its end is as old as the retention of its step', () => {
    const book = new WindowBook(10);
    book.add(DAY, logins('a'), at(DAY + 1_000));
    const steps = (): string[] => held(book).map(([step]) => step);
    book.rollUp(DAY + 3_600_000);
    book.prune(DAY + 1_000 + WINDOW_STEPS['1s'].retentionMs - 1);
    expect(steps()).toEqual(['1s', '10s', '1m', '1h']);
    book.prune(DAY + 1_000 + WINDOW_STEPS['1s'].retentionMs);
    expect(steps()).toEqual(['10s', '1m', '1h']);
    book.prune(DAY + 3_600_000 + WINDOW_STEPS['1h'].retentionMs);
    expect(steps()).toEqual([]);
  });

  it('keeps a window past its retention until the coarser one is made from it', () => {
    const book = new WindowBook(10);
    const later = DAY + WINDOW_STEPS['1s'].retentionMs + 60_000;
    book.add(DAY, logins('a'), at(later));
    book.prune(later);
    expect(held(book)).toEqual([['1s', 0, 1]]);
    book.rollUp(later);
    book.prune(later);
    expect(held(book)).toEqual([
      ['10s', 0, 1],
      ['1m', 0, 1],
    ]);
  });

  it('opens no window that is past its retention when the coarser one is made', () => {
    const book = new WindowBook(10);
    book.rollUp(DAY + 3_600_000);
    book.add(DAY, logins('a'), at(DAY + 1_000 + WINDOW_STEPS['1s'].retentionMs));
    expect(held(book).map(([step]) => step)).toEqual(['10s', '1m', '1h']);
  });

  it('keeps the keys of a dimension within its limit and says by how much counts may be wrong', () => {
    const book = new WindowBook(4);
    for (let i = 0; i < 100; i++) book.add(DAY, logins(`user-${i}`), at(DAY));
    const { events, counts } = book.sum(DAY, DAY + 3_600_000);
    expect(events).toBe(100);
    expect(counts.users.keys()).toBeLessThanOrEqual(5);
    expect(counts.users.error).toBeGreaterThan(0);
  });
});
