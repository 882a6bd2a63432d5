import fc from 'fast-check';
import { afterDeath, afterTrial, type CrashSearch, newSearch, nextTrial } from './crash-search';

interface Found {
  readonly crashed: readonly number[];
  readonly deaths: number;
  readonly trials: number;
}

/** Searches an entry of which some rows kill; each death is an attempt that goes on with what was written. */
function search(rows: number, kills: ReadonlySet<number>, alone: boolean): Found {
  let state: CrashSearch = newSearch('1-0', rows, alone);
  let deaths = 0;
  let trials = 0;
  for (let next = nextTrial(state, rows); next; next = nextTrial(state, rows)) {
    trials++;
    const tried = Array.from({ length: next.trying }, (_, i) => (next?.cleared ?? 0) + i);
    const dies = tried.some((row) => kills.has(row));
    if (dies) deaths++;
    // As written and read again by the next attempt.
    state = dies ? afterDeath(JSON.parse(JSON.stringify(next)) as CrashSearch) : afterTrial(next);
  }
  return { crashed: state.crashed, deaths, trials };
}

describe('the search for rows that kill their worker', () => {
  it('finds exactly those rows, wherever they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000 }),
        fc.uniqueArray(fc.nat(2_999), { maxLength: 4 }),
        fc.boolean(),
        (rows, candidates, alone) => {
          const kills = candidates.filter((row) => row < rows).sort((a, b) => a - b);
          expect(search(rows, new Set(kills), alone).crashed).toEqual(kills);
        },
      ),
    );
  });

  it('costs a few workers and some two hundred trials in a request of the largest size', () => {
    const { deaths, trials } = search(10_000, new Set([9_999]), true);
    expect(deaths).toBeLessThanOrEqual(4);
    expect(trials).toBeLessThanOrEqual(200);
  });

  it('blames no row for one death of another cause', () => {
    const trial = nextTrial(newSearch('1-0', 1, true), 1);
    if (trial === undefined) throw new Error('nothing to try');
    const again = nextTrial(afterDeath(trial), 1);
    if (again === undefined) throw new Error('the row is not tried again');
    expect(afterTrial(again)).toMatchObject({ crashed: [], cleared: 1, deaths: 0 });
  });

  it('has nothing to try in an entry without rows', () => {
    expect(nextTrial(newSearch('1-0', 0, true), 0)).toBeUndefined();
  });
});
