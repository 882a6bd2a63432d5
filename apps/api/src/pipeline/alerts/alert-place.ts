import type { Alert } from '@watchfloor/contracts';

/**
 * Where an alert stands in the order of its timeline: the one raised last comes first, of those raised in the same
 * millisecond the one with the lower id. Places compare as text, byte by byte, in Redis and here.
 */
export type AlertPlace = string;

const LATEST = 999_999_999_999_999;
const DIGITS = 15;
const PLACE = /^\d{15} [a-z0-9-]{1,128}$/;

/** The place of an alert. */
export function placeOf({ raisedAt, id }: Pick<Alert, 'raisedAt' | 'id'>): AlertPlace {
  return `${String(LATEST - Date.parse(raisedAt)).padStart(DIGITS, '0')} ${id}`;
}

/** Compares alerts by their places, without making them. */
export function newestAlertFirst(a: Alert, b: Alert): number {
  if (a.raisedAt !== b.raisedAt) return a.raisedAt > b.raisedAt ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The opaque text of a place. */
export function formatPlace(place: AlertPlace): string {
  return Buffer.from(place).toString('base64url');
}

/** The place in a text of `formatPlace`; undefined for any other text. */
export function parsePlace(text: string): AlertPlace | undefined {
  const place = Buffer.from(text, 'base64url').toString();
  return PLACE.test(place) && formatPlace(place) === text ? place : undefined;
}

/** The bounds, by text, of the index entries of a timeline behind a place, or of all of them. */
export function indexBounds(timeline: string, after?: AlertPlace): readonly [least: string, most: string] {
  // A space ends the name and '!' is the character behind it.
  return [after === undefined ? `[${timeline} ` : `(${timeline} ${after}`, `(${timeline}!`];
}

/** The place in an index entry of a timeline. */
export function placeInIndex(timeline: string, entry: string): AlertPlace {
  return entry.slice(timeline.length + 1);
}
