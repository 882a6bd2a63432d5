import fc from 'fast-check';
import type { LiveMessage } from '@watchfloor/contracts';
import { frameAt } from '../../../testing/scene';
import { updateBetween } from '../../../testing/update-between';
import { applyUpdate, fromSnapshot, MAX_RECENT_ROWS, type LiveState } from './apply-update';

const at = (revision: number) => ({ revision, frame: frameAt(revision) });

function snapshotOf(revision: number): Extract<LiveMessage, { type: 'snapshot' }> {
  const frame = frameAt(revision);
  const totals = { allEvents: frame.snapshot.totals.allEvents };
  return { type: 'snapshot', epoch: 'a', revision, totals, frame };
}

function applied(state: LiveState, from: number, to: number): LiveState {
  const outcome = applyUpdate(state, updateBetween('a', at(from), at(to)));
  if (outcome.kind !== 'applied') throw new Error(`The update was not applied: ${outcome.kind}`);
  return outcome.state;
}

describe('applying updates', () => {
  it('ends at the same state however the way there is split into updates', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), (stops) => {
        const way = [0, ...stops.sort((a, b) => a - b), 61];
        const end = way
          .slice(1)
          .reduce((state, to, leg) => applied(state, way[leg] ?? 0, to), fromSnapshot(snapshotOf(0)));
        const { recent, ...rest } = end.frame;
        const { recent: wholeRecent, ...whole } = frameAt(61);
        expect(rest).toEqual(whole);
        expect(recent.slice(0, 12)).toEqual(wholeRecent.slice(0, 12));
        expect(end.revision).toBe(61);
      }),
      { numRuns: 40 },
    );
  });

  it('asks for what is missing when an update does not follow the state', () => {
    const state = fromSnapshot(snapshotOf(3));
    expect(applyUpdate(state, updateBetween('a', at(4), at(5)))).toEqual({ kind: 'gap' });
  });

  it('asks for what is missing when the epoch has changed, even when the numbers fit', () => {
    const state = fromSnapshot(snapshotOf(3));
    expect(applyUpdate(state, updateBetween('b', at(3), at(4)))).toEqual({ kind: 'gap' });
  });

  it('ignores an update that the state contains already', () => {
    const state = fromSnapshot(snapshotOf(3));
    expect(applyUpdate(state, updateBetween('a', at(1), at(2)))).toEqual({ kind: 'repeated' });
  });

  it('keeps what an update leaves out and does not touch the state before', () => {
    const state = fromSnapshot(snapshotOf(0));
    const update = { ...updateBetween('a', at(0), at(1)), snapshot: {}, recent: [] };
    const outcome = applyUpdate(state, update);
    expect(outcome.kind === 'applied' && outcome.state.frame.snapshot.cells).toBe(state.frame.snapshot.cells);
    expect(state).toEqual(fromSnapshot(snapshotOf(0)));
  });

  it('keeps no more recent rows than its bound, the newest', () => {
    let state = fromSnapshot(snapshotOf(0));
    for (let to = 50; to <= MAX_RECENT_ROWS + 100; to += 50) state = applied(state, to - 50, to);
    expect(state.frame.recent).toHaveLength(MAX_RECENT_ROWS);
    expect(state.frame.recent[0]?.id).toBe(`scene-${MAX_RECENT_ROWS + 100}`);
  });
});
