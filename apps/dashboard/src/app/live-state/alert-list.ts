import type { Alert } from '@watchfloor/contracts';

/** Alerts kept in the browser; those that were raised longest ago go first. */
export const MAX_ALERTS = 500;

/**
 * The list with others brought in, newest first by the time at which they were raised. Both may hold the same alert:
 * what is further on in each of its halves is kept. The same list when nothing is brought in.
 */
export function withAlerts(list: readonly Alert[], others: readonly Alert[]): readonly Alert[] {
  if (others.length === 0) return list;
  const byId = new Map(list.map((alert) => [alert.id, alert]));
  for (const alert of others) {
    const known = byId.get(alert.id);
    byId.set(alert.id, known === undefined ? alert : furtherOn(known, alert));
  }
  return [...byId.values()].sort(newestFirst).slice(0, MAX_ALERTS);
}

/**
 * Two states of one alert made one: its handling is that of the higher version, what detection says is that of the
 * state that has ended or counts more events. An answer and a live message may overtake each other.
 */
export function furtherOn(known: Alert, other: Alert): Alert {
  const { version, status, assignee, notes } = other.version >= known.version ? other : known;
  const detected = isDetectedLater(other, known) ? other : known;
  return { ...detected, version, status, assignee, notes };
}

function isDetectedLater(other: Alert, known: Alert): boolean {
  return other.ended === known.ended ? other.events >= known.events : other.ended;
}

function newestFirst(a: Alert, b: Alert): number {
  return compare(b.raisedAt, a.raisedAt) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
