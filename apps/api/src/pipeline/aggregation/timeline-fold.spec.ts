import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import type { Change } from './change';
import { fillBook, type StoredWindow } from './stored-windows';
import { Tally } from './tally';
import { type EncodedTally, encodeTally } from './tally-codec';
import { inWords, rowOf } from './testing';
import { gatherGains, TimelineFold } from './timeline-fold';
import { STEPS, WindowBook } from './window-book';

const NOON = Date.parse('2026-01-05T12:00:00.000Z');
const KEYS = 100;

function logins(users: readonly string[]): Tally {
  const tally = new Tally();
  for (const name of users) tally.add('facet', rowOf(anEvent({ user: { name } })));
  return tally;
}

/** The stored windows of one partition, without a store. */
class Partition {
  readonly windows = new Map<string, StoredWindow>();

  /** Folds changes as of `now`; returns the places that were read and written. */
  fold(changes: readonly Change<EncodedTally>[], now: number): { read: string[]; written: string[] } {
    const done = { read: [] as string[], written: [] as string[] };
    for (const gained of gatherGains(changes, now)) {
      const fold = new TimelineFold(gained, [...this.windows.values()], KEYS);
      for (const place of fold.needed()) {
        const name = `${place.step} ${place.start}`;
        const stored = this.windows.get(name);
        if (stored) fold.take(place, stored.body);
        done.read.push(name);
      }
      for (const { step, start, body } of fold.finish((_, tally) => encodeTally(tally))) {
        this.windows.set(`${step} ${start}`, { step, start, body: Buffer.from(body) });
        done.written.push(`${step} ${start}`);
      }
      for (const [name, { step, start }] of this.windows) {
        if (start < gained.reference - WINDOW_STEPS[step].retentionMs - WINDOW_STEPS[step].sizeMs)
          this.windows.delete(name);
      }
    }
    return done;
  }
}

interface Gain {
  readonly time: number;
  readonly users: readonly string[];
}

function changeOf(gains: readonly Gain[], watermark: number | undefined): Change<EncodedTally> {
  const windows = new Map<number, Tally>();
  for (const { time, users } of gains) {
    const tally = windows.get(time) ?? new Tally();
    tally.merge(logins(users));
    windows.set(time, tally);
  }
  const encoded = new Map([...windows].map(([start, tally]) => [start, encodeTally(tally)]));
  return { timelines: [{ timeline: 'live', watermark, future: 0, windows: encoded, rows: [] }] };
}

const users = fc.array(fc.constantFrom('root', 'ada', 'bob'), { minLength: 1, maxLength: 3 });
const ages = fc.oneof(fc.nat(5), fc.nat(100), fc.nat(5_000), fc.nat(90_000));
const folds = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.nat(6_000), fc.nat(4_000_000)),
    partition: fc.nat(1),
    watermarkAgeMs: fc.option(fc.nat(90_000), { nil: undefined }),
    gains: fc.array(fc.record({ ageS: ages, users }), { maxLength: 4 }),
  }),
  { maxLength: 12 },
);

describe('folds', () => {
  it('store windows whose sums are those of all events, at every step and place that is kept', () => {
    fc.assert(
      fc.property(folds, fc.constantFrom(...STEPS), (all, step) => {
        const partitions = [new Partition(), new Partition()];
        const counted: Gain[] = [];
        let now = NOON;
        for (const { afterMs, partition, watermarkAgeMs, gains } of all) {
          now += afterMs;
          const placed = gains.map((gain) => ({
            time: Math.floor(now / 1_000 - gain.ageS) * 1_000,
            users: gain.users,
          }));
          counted.push(...placed);
          const watermark = watermarkAgeMs === undefined ? undefined : now - watermarkAgeMs;
          partitions[partition]?.fold([changeOf(placed, watermark)], now);
        }
        const book = new WindowBook(KEYS);
        const stored = partitions.map(({ windows }) => ({ upTo: '0-0', windows: [...windows.values()] }));
        for (const _ of fillBook(book, stored, (body) => body)) continue;
        book.rollUp(now - 60_000);
        const { sizeMs, retentionMs } = WINDOW_STEPS[step];
        const from = Math.ceil((now - retentionMs) / sizeMs) * sizeMs;
        const expected = counted.filter(({ time }) => time >= from);
        expect(inWords(book.sum(from, from + retentionMs + sizeMs))).toEqual(
          inWords(logins(expected.flatMap((gain) => gain.users))),
        );
        for (const [start, counts] of book.series(from, now + sizeMs, step)) {
          const inWindow = counted.filter(({ time }) => time >= start && time < start + sizeMs);
          expect(counts?.events ?? 0).toBe(inWindow.flatMap((gain) => gain.users).length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('write a coarse window once, when it has closed', () => {
    const partition = new Partition();
    const writes: Record<WindowStep, number> = { '1s': 0, '10s': 0, '1m': 0, '1h': 0 };
    for (let second = 0; second < 7_200; second += 5) {
      const time = NOON + second * 1_000;
      const { written } = partition.fold([changeOf([{ time, users: ['root'] }], time - 5_000)], time + 500);
      for (const name of written) writes[name.split(' ')[0] as WindowStep]++;
    }
    expect(writes).toEqual({ '1s': 1_440, '10s': 719, '1m': 119, '1h': 1 });
  });

  it('read no coarse window when nothing came late', () => {
    const partition = new Partition();
    for (let second = 0; second < 300; second += 5) {
      const time = NOON + second * 1_000;
      const { read } = partition.fold([changeOf([{ time, users: ['root'] }], time - 5_000)], time + 500);
      expect(read.filter((name) => name.startsWith('1m') || name.startsWith('1h'))).toEqual([]);
    }
  });
});
