import { withEvent, type Evidence } from '../evidence';
import type { Test } from '../filter';
import type { FieldReader } from '../field';
import { spanText } from '../duration';
import { withValue } from './seen-values';
import type { OrderedKind } from './ordered-kind';

export interface SpacingState {
  /** Event times of the last events, oldest first. */
  times: number[];
  seen: string[] | null;
  evidence: Evidence | null;
}

export interface SpacingSettings {
  readonly events: number;
  readonly intervalMs: number;
  readonly memoryMs: number;
  readonly distinct?: FieldReader | undefined;
  readonly cancel?: Test | undefined;
}

const REMEMBERED_VALUES = 64;

/**
 * Events that keep a distance, as of an attacker who stays below every rate: fires when the median distance of the
 * last `events` events exceeds `intervalMs`. An event that `cancel` accepts (a successful login) starts again; it does not
 * prolong an alert.
 */
export function spacing(settings: SpacingSettings): OrderedKind<SpacingState> {
  const { events, intervalMs, memoryMs, distinct, cancel } = settings;
  return {
    start: () => ({ times: [], seen: null, evidence: null }),
    expiresAt: (state) => (state.times.at(-1) ?? 0) + memoryMs,
    progress({ times }) {
      if (times.length < events) {
        const missing = `${times.length} of ${events} events within ${spanText(memoryMs)} of each other`;
        return { value: times.length, limit: events, missing };
      }
      const middle = median(distances(times));
      const missing = `median distance ${spanText(middle)}, more than ${spanText(intervalMs)} asked`;
      return { value: events - 1 + Math.min(1, middle / intervalMs), limit: events, missing };
    },
    pour(state, view, time) {
      if (cancel?.(view) === true) {
        Object.assign(state, { times: [], seen: null, evidence: null });
        return undefined;
      }
      if (distinct !== undefined) {
        const seen = withValue(state.seen, distinct(view), REMEMBERED_VALUES);
        if (seen === undefined) return undefined;
        state.seen = seen;
      }
      state.times.push(time);
      if (state.times.length > events) state.times.shift();
      const evidence = (state.evidence = withEvent(state.evidence, view, time));
      // Nothing within one interval can have a median distance above it: this spares the sorting in every fast attack.
      if (state.times.length < events || time - (state.times[0] ?? time) <= intervalMs) return undefined;
      const middle = median(distances(state.times));
      if (middle <= intervalMs) return undefined;
      const span = spanText(evidence.last - evidence.first);
      const figures = { interval: spanText(middle), limit: spanText(intervalMs), span };
      return { evidence, figures };
    },
    continues: (view) => cancel?.(view) !== true,
  };
}

function distances(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}
