/** After this many ms without confirmation what is shown is greyed. */
export const STALE_AFTER_MS = 2_000;

/** After this many ms the cause is named. */
export const LOST_AFTER_MS = 5_000;

export type Freshness = 'loading' | 'live' | 'stale' | 'lost';

/** How far to trust what is shown, by the ms since it was last confirmed; null before the first frame. */
export function freshness(ageMs: number | null): Freshness {
  if (ageMs === null) return 'loading';
  if (ageMs < STALE_AFTER_MS) return 'live';
  return ageMs < LOST_AFTER_MS ? 'stale' : 'lost';
}
