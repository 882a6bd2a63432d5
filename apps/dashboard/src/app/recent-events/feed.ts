import type { EventRow } from '@watchfloor/contracts';

/** Rows in the list at most. */
export const FEED_ROWS = 100;

/** What the list of recent events shows: the newest rows, or those at which the reader stopped it. */
export interface Feed {
  readonly rows: readonly EventRow[];
  /** Rows that came since it was stopped; 0 while it follows. */
  readonly newer: number;
  readonly frozen: boolean;
}

export const EMPTY_FEED: Feed = { rows: [], newer: 0, frozen: false };

/** Brings newer rows in: a frozen list only counts them, so that nothing moves under the reader. */
export function follow(feed: Feed, newest: readonly EventRow[]): Feed {
  if (!feed.frozen) return { rows: newest.slice(0, FEED_ROWS), newer: 0, frozen: false };
  const [top] = feed.rows;
  if (top === undefined) return { ...feed, newer: newest.length };
  const known = newest.findIndex(({ id }) => id === top.id);
  return { ...feed, newer: known === -1 ? newest.length : known };
}

/** Stops the list where it is. */
export function freeze(feed: Feed): Feed {
  return feed.frozen ? feed : { ...feed, frozen: true };
}

/** Lets it follow again, from the newest row. */
export function thaw(newest: readonly EventRow[]): Feed {
  return follow(EMPTY_FEED, newest);
}
