import { withEvent, type Evidence } from '../evidence';
import { spanText } from '../duration';
import type { OrderedKind } from './ordered-kind';

export interface BeaconState {
  lastAt: number;
  intervals: number;
  /** Running mean of the intervals and sum of squared differences from it, in ms (Welford 1962). */
  mean: number;
  squares: number;
  evidence: Evidence | null;
}

export interface BeaconSettings {
  readonly intervals: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  readonly jitter: number;
}

/** How many times the asked number of intervals are tried before a key that is not regular starts again. */
const PATIENCE = 3;

/**
 * Events at regular intervals, as of malware that calls home: fires when the coefficient of variation of at least
 * `intervals` intervals is at most `jitter`. Events nearer than `shortestMs` belong to the same call.
 */
export function beacon(settings: BeaconSettings): OrderedKind<BeaconState> {
  const { intervals, shortestMs, longestMs, jitter } = settings;
  const start = (): BeaconState => ({
    lastAt: -1,
    intervals: 0,
    mean: 0,
    squares: 0,
    evidence: null,
  });
  return {
    start,
    expiresAt: (state) => state.lastAt + longestMs,
    progress(state) {
      if (state.intervals < intervals) {
        const missing = `${state.intervals} of ${intervals} intervals of at most ${spanText(longestMs)}`;
        return { value: state.intervals, limit: intervals, missing };
      }
      const variation = variationOf(state);
      const seen = `${state.intervals} intervals of ${spanText(state.mean)} vary by ${percent(variation)}`;
      const missing = `${seen}, at most ${percent(jitter)} asked`;
      return { value: intervals - 1 + Math.min(1, jitter / variation), limit: intervals, missing };
    },
    pour(state, view, time) {
      const interval = time - state.lastAt;
      if (state.lastAt >= 0 && interval < shortestMs) return undefined;
      if (state.intervals >= PATIENCE * intervals) Object.assign(state, start());
      else if (state.lastAt >= 0) addInterval(state, interval);
      state.lastAt = time;
      const evidence = (state.evidence = withEvent(state.evidence, view, time));
      if (state.intervals < intervals) return undefined;
      const variation = variationOf(state);
      if (variation > jitter) return undefined;
      const span = spanText(evidence.last - evidence.first);
      return {
        evidence,
        figures: {
          interval: spanText(state.mean),
          jitter: percent(variation),
          limit: intervals,
          span,
        },
      };
    },
  };
}

/** Standard deviation of the intervals over their mean. */
function variationOf({ squares, intervals, mean }: BeaconState): number {
  return Math.sqrt(squares / intervals) / mean;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function addInterval(state: BeaconState, interval: number): void {
  state.intervals += 1;
  const difference = interval - state.mean;
  state.mean += difference / state.intervals;
  state.squares += difference * (interval - state.mean);
}
