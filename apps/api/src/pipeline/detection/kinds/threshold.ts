import { spanText } from '../duration';
import { countText, rounded } from '../count-text';
import type { Keyed } from '../keyed-states';
import type { WindowPartial } from '../window-partial';
import type { WindowKind } from './window-kind';

export interface ThresholdSettings {
  readonly windowMs: number;
  readonly limit: number;
  /** What is compared with the limit. */
  readonly measure: 'events' | 'distinct' | 'sum';
  readonly atMostPerValue?: number | undefined;
}

/** Fires when the events, the distinct values or the sum of a field in one window exceed a limit. */
export function threshold(settings: ThresholdSettings): WindowKind<Keyed> {
  const { limit, measure, windowMs, atMostPerValue } = settings;
  const amountOf = (partial: WindowPartial): number =>
    measure === 'events'
      ? partial.evidence.events
      : measure === 'sum'
        ? partial.sum
        : (partial.values?.size ?? 0);
  const amountText = (amount: number): string =>
    measure === 'sum'
      ? `${rounded(amount)} in sum`
      : countText(amount, measure === 'events' ? 'event' : 'different value');
  return {
    start: () => undefined,
    progress(partial) {
      const amount = amountOf(partial);
      const { events } = partial.evidence;
      const distinct = partial.values?.size ?? 0;
      if (amount <= limit || atMostPerValue === undefined) {
        const missing = `${amountText(amount)} in ${spanText(windowMs)}, more than ${limit} asked`;
        return { value: amount, limit, missing };
      }
      const missing = `${countText(events / distinct, 'event')} for each value, at most ${atMostPerValue} asked`;
      return { value: limit * Math.min(1, (atMostPerValue * distinct) / events), limit, missing };
    },
    judge(partial) {
      const { evidence } = partial;
      if (amountOf(partial) <= limit) return undefined;
      const distinct = partial.values?.size ?? 0;
      if (atMostPerValue !== undefined && evidence.events > atMostPerValue * distinct) return undefined;
      const span = spanText(evidence.last - evidence.first);
      const figures = {
        limit,
        distinct,
        sum: partial.sum,
        megabytes: Math.round(partial.sum / 1e5) / 10,
        window: spanText(windowMs),
        span,
      };
      return { evidence, figures };
    },
  };
}
