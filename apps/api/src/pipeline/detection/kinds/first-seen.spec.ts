import fc from 'fast-check';
import { ValueSet } from '../value-set';
import type { WindowPartial } from '../window-partial';
import { firstSeen, type FirstSeenMemory } from './first-seen';

const WINDOW_MS = 60_000;
const DAY_MS = 86_400_000;

/** A window of a user with the logins from one address. */
const seenFrom = (address: string, start: number): WindowPartial => ({
  touched: 0,
  rule: 'login-from-new-source',
  key: `ada\n${address}`,
  group: 'ada',
  start,
  sum: 0,
  values: ValueSet.from([address]),
  evidence: { first: start, last: start, events: 1, sources: address, targets: null, sample: null },
  told: 0,
});

const addresses = (count: number, from = 1) =>
  Array.from({ length: count }, (_none, at) => `198.18.${(from + at) >> 8}.${(from + at) & 255}`);

/** The addresses that fire, window by window. */
function firedIn(
  windows: readonly (readonly string[])[],
  memory: FirstSeenMemory = { touched: 0, lessons: 0, known: [] },
  everyMs = WINDOW_MS,
): string[][] {
  const kind = firstSeen({ learn: 2, rememberMs: DAY_MS });
  return windows.map((window, at) =>
    window.filter((address) => kind.judge(seenFrom(address, at * everyMs), memory) !== undefined),
  );
}

describe('a value that a key never had', () => {
  it('fires after as many windows as teach, and the next time no more', () => {
    expect(firedIn([['a'], ['a'], ['b', 'a'], ['b']])).toEqual([[], [], ['b'], []]);
  });

  it('teaches in its first windows, however many values they have', () => {
    const many = addresses(40);
    expect(firedIn([many, [...many].reverse(), ['a'], many])).toEqual([[], [], ['a'], []]);
  });

  it('is judged by what was known before its window', () => {
    const [, , third] = firedIn([['a'], ['a'], ['b', 'c', 'd']]);
    expect(third).toEqual(['b', 'c', 'd']);
  });

  it('says nothing of a key that has as many values as are remembered', () => {
    expect(firedIn([addresses(400), addresses(400), ['a']])).toEqual([[], [], []]);
    expect(firedIn([addresses(64), ['198.18.0.1'], ['a']])).toEqual([[], [], []]);
    expect(firedIn([addresses(63), ['198.18.0.1'], ['a']])).toEqual([[], [], ['a']]);
  });

  it('is said again of such a key when enough of its values were not seen for long', () => {
    const halfADay = DAY_MS / 2;
    const windows = [addresses(64), ['198.18.0.1'], ['198.18.0.1'], ['198.18.0.1'], ['a']];
    expect(firedIn(windows, undefined, halfADay).at(-1)).toEqual(['a']);
  });

  it('is forgotten when it was not seen for long', () => {
    const halfADay = DAY_MS / 2;
    const fired = firedIn([['a', 'b'], ['a'], ['a'], ['a'], ['b']], undefined, halfADay);
    expect(fired).toEqual([[], [], [], [], ['b']]);
  });

  it('is known from a memory that was stored before windows were kept apart', () => {
    const stored = JSON.parse('{"touched":1,"lessons":5,"known":[["a",0]]}');
    expect(firedIn([['b', 'a']], stored)).toEqual([['b']]);
  });

  it('fires in whatever order the values of a window come', () => {
    const value = fc.constantFrom(...addresses(8));
    const windows = fc.array(fc.uniqueArray(value, { maxLength: 8 }), { maxLength: 8 });
    const seeds = fc.infiniteStream(fc.nat(1_000));
    fc.assert(
      fc.property(windows, seeds, (drawn, order) => {
        const shuffled = drawn.map((window) =>
          window
            .map((address) => ({ address, place: order.next().value ?? 0 }))
            .sort((a, b) => a.place - b.place)
            .map(({ address }) => address),
        );
        const sorted = (fired: string[][]) => fired.map((window) => [...window].sort());
        expect(sorted(firedIn(shuffled))).toEqual(sorted(firedIn(drawn)));
      }),
    );
  });

  it('leaves the same memory in whatever order more values come than are remembered', () => {
    const after = (window: readonly string[]) => {
      const memory: FirstSeenMemory = { touched: 0, lessons: 0, known: [] };
      firedIn([addresses(20), window, ['a']], memory);
      return memory;
    };
    expect(after(addresses(90).reverse())).toEqual(after(addresses(90)));
    expect(after(addresses(90)).known).toHaveLength(64);
  });
});
