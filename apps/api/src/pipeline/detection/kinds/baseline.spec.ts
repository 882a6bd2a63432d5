import type { WindowPartial } from '../window-partial';
import { baseline, type BaselineMemory } from './baseline';

const WINDOW_MS = 60_000;

const windowOf = (events: number, at: number): WindowPartial => ({
  touched: 0,
  rule: 'failed-login-surge',
  key: 'gate-1',
  group: 'gate-1',
  start: at * WINDOW_MS,
  sum: 0,
  values: null,
  evidence: {
    first: at * WINDOW_MS,
    last: at * WINDOW_MS + 1_000,
    events,
    sources: null,
    targets: null,
    sample: null,
  },
  told: 0,
});

/** Which of the windows fire, one after another from the beginning of a day; 0 events are no window. */
function firedIn(counts: readonly number[]): number[] {
  const kind = baseline({ windowMs: WINDOW_MS, season: 'day', learn: 60, deviations: 8, floor: 60 });
  const memory: BaselineMemory | undefined = kind.start();
  return counts.flatMap((events, at) =>
    events > 0 && kind.judge(windowOf(events, at), memory) !== undefined ? [at] : [],
  );
}

const times = (count: number, events: number) => Array.from({ length: count }, () => events);

describe('what is usual', () => {
  it('does not become what an attack of half an hour does', () => {
    const fired = firedIn([...times(120, 1), ...times(30, 1_000), ...times(30, 1)]);
    expect(fired).toEqual(Array.from({ length: 30 }, (_none, at) => 120 + at));
  });

  it('becomes in time what lasts', () => {
    const fired = firedIn([...times(120, 1), ...times(20 * 60, 200)]);
    expect(fired.length).toBeGreaterThan(20);
    expect(fired.at(-1)).toBeLessThan(120 + 3 * 60);
  });

  it('is exceeded by nothing while it is learned', () => {
    expect(firedIn([...times(30, 1), 1_000])).toEqual([]);
  });
});
