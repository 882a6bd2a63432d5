import { withEvent, type Evidence } from '../evidence';
import { withValue } from './seen-values';
import { countText } from '../count-text';
import { spanText } from '../duration';
import type { FieldReader } from '../field';
import type { OrderedKind } from './ordered-kind';

export interface Bucket {
  level: number;
  /** Event time of the last event poured, in ms. */
  pouredAt: number;
  /** Values poured, with `distinct`; the oldest are forgotten beyond the limit. */
  seen: string[] | null;
  evidence: Evidence | null;
  /** In an open alert: since when values are remembered. */
  since?: number;
}

export interface BucketSettings {
  readonly capacity: number;
  readonly leakMs: number;
  readonly distinct?: FieldReader | undefined;
  /** After how long without an event an alert closes, in ms. */
  readonly silenceMs: number;
}

/** Distinct values remembered for each bucket: at least 64, and four fillings. */
const rememberedValues = (capacity: number): number => Math.max(64, 4 * (capacity + 1));

/**
 * The leaky bucket of the public rules: each event pours 1 for each time it happened (with `distinct` 1 for a value not seen yet), 1 leaks every
 * `leakMs` of event time, and the event that lifts the level above the capacity fires. A bucket is gone when nothing
 * was poured for the time in which a full one runs empty; its values are forgotten with it. With `distinct` an alert goes on
 * while its bucket, full as it is, goes on to overflow. A value pours once in a time that is well below the silence: so an attack
 * that tries the same list again and again stays one alert, and other visits to a few known values do not prolong it.
 */
export function leakyBucket(settings: BucketSettings): OrderedKind<Bucket> {
  const { capacity, leakMs, distinct, silenceMs } = settings;
  const remembered = rememberedValues(capacity);
  const pourAgainMs = Math.min(capacity * leakMs, silenceMs / 2);
  const leaked = (bucket: Bucket, time: number): number =>
    Math.max(0, bucket.level - (time - bucket.pouredAt) / leakMs);
  const kind: OrderedKind<Bucket> = {
    start: (time) => ({ level: 0, pouredAt: time, seen: null, evidence: null }),
    expiresAt: (bucket) => bucket.pouredAt + capacity * leakMs,
    progress: ({ level }) => {
      const counted = countText(level, distinct === undefined ? 'event' : 'different value');
      const missing = `${counted} in the bucket, more than ${capacity} asked`;
      return { value: level, limit: capacity, missing };
    },
    pour(bucket, view, time) {
      if (distinct !== undefined) {
        const seen = withValue(bucket.seen, distinct(view), remembered);
        if (seen === undefined) return undefined;
        bucket.seen = seen;
      }
      const poured = distinct === undefined ? view.times() : 1;
      bucket.level = leaked(bucket, time) + poured;
      bucket.pouredAt = time;
      const evidence = (bucket.evidence = withEvent(bucket.evidence, view, time));
      if (bucket.level <= capacity) return undefined;
      const span = spanText(evidence.last - evidence.first);
      const figures = { limit: capacity, distinct: bucket.seen?.length ?? 0, span };
      return distinct === undefined
        ? { evidence, figures }
        : { evidence, figures, going: { ...bucket, evidence: null, since: time } };
    },
  };
  if (distinct === undefined) return kind;
  return {
    ...kind,
    continues(view, time, going) {
      if (going === undefined) return true;
      if (time - (going.since ?? 0) > pourAgainMs) Object.assign(going, { seen: null, since: time });
      const seen = withValue(going.seen, distinct(view), remembered);
      if (seen === undefined) return false;
      const level = Math.min(capacity, leaked(going, time)) + 1;
      Object.assign(going, { level, seen, pouredAt: time });
      return level > capacity;
    },
  };
}

/** Fires on every event: what is silent and what is not is decided by the open alerts. */
export function trigger(): OrderedKind<object> {
  return {
    start: () => ({}),
    expiresAt: () => 0,
    progress: () => ({ value: 1, limit: 1, missing: 'nothing' }),
    pour(_state, view, time) {
      return { evidence: withEvent(null, view, time), figures: { span: spanText(0) } };
    },
  };
}
