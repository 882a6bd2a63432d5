import { addEvidence, noEvidence, type Evidence } from '../evidence';
import { token } from '../hash';
import type { Keyed } from '../keyed-states';
import { spanText } from '../duration';
import type { FieldReader } from '../field';
import type { OrderedKind } from './ordered-kind';

export interface Bucket extends Keyed {
  level: number;
  /** Event time of the last event poured, in ms. */
  pouredAt: number;
  /** Values poured, with `distinct`; the oldest are forgotten beyond the limit. */
  seen: string[];
  evidence: Evidence;
}

export interface BucketSettings {
  readonly capacity: number;
  readonly leakMs: number;
  readonly distinct?: FieldReader | undefined;
}

/** Distinct values remembered for each bucket: at least 64, and four fillings. */
const rememberedValues = (capacity: number): number => Math.max(64, 4 * (capacity + 1));

/**
 * The leaky bucket of the public rules: each event pours 1 (with `distinct` only a value not seen yet), 1 leaks every
 * `leakMs` of event time, and the event that lifts the level above the capacity fires. A bucket is gone when nothing
 * was poured for the time in which a full one runs empty; its values are forgotten with it.
 */
export function leakyBucket(settings: BucketSettings): OrderedKind<Bucket> {
  const { capacity, leakMs, distinct } = settings;
  const remembered = rememberedValues(capacity);
  return {
    start: (time) => ({ touched: 0, level: 0, pouredAt: time, seen: [], evidence: noEvidence() }),
    expiresAt: (bucket) => bucket.pouredAt + capacity * leakMs,
    progress: (bucket) => ({ value: bucket.level, limit: capacity }),
    pour(bucket, { time, view }) {
      if (distinct !== undefined) {
        const value = distinct(view);
        if (value === undefined || !isNew(bucket.seen, token(String(value)), remembered)) return undefined;
      }
      bucket.level = Math.max(0, bucket.level - (time - bucket.pouredAt) / leakMs) + 1;
      bucket.pouredAt = time;
      addEvidence(bucket.evidence, view, time);
      if (bucket.level <= capacity) return undefined;
      const { evidence } = bucket;
      return {
        evidence,
        figures: {
          limit: capacity,
          distinct: bucket.seen.length,
          span: spanText(evidence.last - evidence.first),
        },
      };
    },
  };
}

/** Notes the value; false when it is there already. */
export function isNew(seen: string[], value: string, limit: number): boolean {
  if (seen.includes(value)) return false;
  if (seen.length >= limit) seen.shift();
  seen.push(value);
  return true;
}

/** Fires on every event: what is silent and what is not is decided by the open alerts. */
export function trigger(): OrderedKind<Keyed> {
  return {
    start: () => ({ touched: 0 }),
    expiresAt: () => 0,
    progress: () => ({ value: 0, limit: 1 }),
    pour(_state, { time, view }) {
      const evidence = noEvidence();
      addEvidence(evidence, view, time);
      return { evidence, figures: { span: spanText(0) } };
    },
  };
}
