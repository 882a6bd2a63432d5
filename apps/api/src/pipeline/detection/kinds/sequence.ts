import { withEvent, type Evidence } from '../evidence';
import type { Test } from '../filter';
import { spanText } from '../duration';
import type { OrderedKind } from './ordered-kind';

export interface SequenceState {
  step: number;
  /** Events of the current step so far. */
  count: number;
  startedAt: number;
  evidence: Evidence | null;
}

export interface SequenceSettings {
  readonly steps: readonly { readonly test: Test; readonly times: number }[];
  readonly withinMs: number;
}

/**
 * Steps in order, each a number of events, all within a time. An event of the next step that comes before its step is
 * due (a login that succeeds after two failures, where five are asked for) starts everything again.
 */
export function sequence({ steps, withinMs }: SequenceSettings): OrderedKind<SequenceState> {
  const total = steps.reduce((sum, step) => sum + step.times, 0);
  const start = (time: number): SequenceState => ({
    step: 0,
    count: 0,
    startedAt: time,
    evidence: null,
  });
  return {
    start,
    expiresAt: (state) => state.startedAt + withinMs,
    progress: (state) => ({ value: state.evidence?.events ?? 0, limit: total }),
    pour(state, view, time) {
      const due = steps[state.step];
      const next = steps[state.step + 1];
      const fulfilled = due !== undefined && state.count >= due.times;
      if (next !== undefined && next.test(view)) {
        if (!fulfilled) {
          Object.assign(state, start(time));
          return undefined;
        }
        state.step += 1;
        state.count = view.times();
      } else if (due !== undefined && due.test(view)) state.count += view.times();
      else return undefined;
      const evidence = (state.evidence = withEvent(state.evidence, view, time));
      const last = steps.length - 1;
      if (state.step < last || state.count < (steps[last]?.times ?? 0)) return undefined;
      return {
        evidence,
        figures: {
          limit: total,
          before: evidence.events - state.count,
          span: spanText(time - evidence.first),
        },
      };
    },
  };
}
