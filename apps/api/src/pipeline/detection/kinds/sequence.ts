import { withEvent, type Evidence } from '../evidence';
import type { EventView } from '../event-view';
import type { Test } from '../filter';
import { countText } from '../count-text';
import { spanText } from '../duration';
import type { OrderedKind } from './ordered-kind';

export interface SequenceState {
  /** The furthest step that has events. */
  step: number;
  /** Events of that step. */
  count: number;
  /**
   * For each step the last `times` of its events, oldest first: when the youngest series of steps began that each of them
   * continues. In the first step that is the time of the event itself.
   */
  begun: number[][];
  /** Of the events since the oldest that still counts. */
  evidence: Evidence | null;
}

interface Step {
  /** What an event must meet, in words. */
  readonly text: string;
  readonly test: Test;
  readonly times: number;
}

export interface SequenceSettings {
  readonly steps: readonly Step[];
  readonly withinMs: number;
}

/**
 * Steps in order, each a number of events, all within a time before the last of them: the window slides, so that what
 * came long before does not hide what came since. An event of the next step that comes before its step is due (a login
 * that succeeds after two failures, where five are asked for) starts everything again. More events of the steps before the
 * last prolong an alert; steps that happen once more after that time are another alert, since another account may have been lost.
 */
export function sequence({ steps, withinMs }: SequenceSettings): OrderedKind<SequenceState> {
  const total = steps.reduce((sum, step) => sum + step.times, 0);
  const last = steps.length - 1;
  const start = (): SequenceState => ({ step: 0, count: 0, begun: [], evidence: null });

  /** When the youngest series began that has `step` and all before it done; undefined where none has since `oldest`. */
  const doneSince = ({ begun }: SequenceState, step: number, oldest: number): number | undefined => {
    const began = begun[step];
    const first = began?.length === steps[step]?.times ? began?.[0] : undefined;
    return first !== undefined && first >= oldest ? first : undefined;
  };

  /** The step that an event belongs to, and when the series began that it continues. */
  const placeOf = (state: SequenceState, view: EventView, time: number) => {
    const oldest = time - withinMs;
    if (steps[state.step + 1]?.test(view) === true) {
      const since = doneSince(state, state.step, oldest);
      return since === undefined ? 'too early' : { step: state.step + 1, since };
    }
    for (let step = state.step; step >= 0; step -= 1)
      if (steps[step]?.test(view) === true) {
        const since = step === 0 ? time : doneSince(state, step - 1, oldest);
        return since === undefined ? undefined : { step, since };
      }
    return undefined;
  };

  const nameOf = (step: number): string => `step ${step + 1} (${steps[step]?.text ?? ''})`;

  return {
    start,
    // A state of an earlier form has no `begun`: it means nothing any more.
    expiresAt: ({ begun }: Partial<SequenceState>) =>
      (begun?.[0]?.at(-1) ?? Number.NEGATIVE_INFINITY) + withinMs,
    progress({ step, begun, evidence }) {
      const oldest = (evidence?.last ?? 0) - withinMs;
      const seen = begun[step]?.filter((since) => since >= oldest).length ?? 0;
      const due = steps[step];
      const done = steps.slice(0, step).reduce((sum, { times }) => sum + times, 0);
      const within = `within ${spanText(withinMs)}`;
      const missing =
        due === undefined || seen < due.times
          ? `${seen} of ${due?.times ?? 0} events of ${nameOf(step)} ${within}`
          : `${countText(evidence?.events ?? 0, 'event')} up to ${nameOf(step)}, none of ${nameOf(step + 1)} ${within}`;
      return { value: done + seen, limit: total, missing };
    },
    pour(state, view, time) {
      forgetBefore(state, time - withinMs);
      const place = placeOf(state, view, time);
      if (place === 'too early') Object.assign(state, start());
      if (place === undefined || place === 'too early') return undefined;
      const { step, since } = place;
      addTo((state.begun[step] ??= []), since, view.times(), steps[step]?.times ?? 0);
      if (step > state.step) Object.assign(state, { step, count: 0 });
      if (step === state.step) state.count += view.times();
      const evidence = (state.evidence = withEvent(state.evidence, view, time));
      if (doneSince(state, last, time - withinMs) === undefined) return undefined;
      return {
        evidence,
        figures: {
          limit: total,
          before: evidence.events - state.count,
          span: spanText(time - evidence.first),
        },
      };
    },
    continues: (view) => steps.some(({ test }, step) => step < last && test(view)),
    firesAgainAfter: withinMs,
  };
}

/** Lets go of series that began before `oldest`, as far as something depends on it. */
function forgetBefore(state: SequenceState, oldest: number): void {
  const { begun, evidence } = state;
  while (state.step > 0 && (begun[state.step]?.at(-1) ?? oldest) < oldest) {
    begun.pop();
    state.step -= 1;
    state.count = begun[state.step]?.length ?? 0;
  }
  if (evidence === null || evidence.first >= oldest) return;
  // The names and ids of what is forgotten are not known apart from the others, so these begin again with the next event.
  const kept = begun.flat().filter((time) => time >= oldest);
  const nothing = { sources: null, targets: null, sample: [] };
  state.evidence =
    kept.length === 0
      ? null
      : { first: Math.min(...kept), last: evidence.last, events: kept.length, ...nothing };
}

/** Adds the beginning of a series, once for each time that the event happened; the last `limit` are kept. */
function addTo(begun: number[], since: number, times: number, limit: number): void {
  for (let added = Math.min(times, limit); added > 0; added -= 1) {
    if (begun.length >= limit) begun.shift();
    begun.push(since);
  }
}
