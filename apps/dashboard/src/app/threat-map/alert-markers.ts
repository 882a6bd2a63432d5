import { SEVERITY_LEVELS, type Alert, type SeverityLevel } from '@watchfloor/contracts';

/** The alerts at one place of the map. */
export interface AlertMarker {
  readonly latitude: number;
  readonly longitude: number;
  /** The worst of them. */
  readonly severity: SeverityLevel;
  /** Newest first. */
  readonly alerts: readonly Alert[];
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Places with alerts that are drawn at most: the newest. */
const MOST_MARKERS = 100;

/**
 * Where on the map there are alerts that are not closed, the chosen one whatever its status. Sources at one place are
 * one marker; alerts whose place is not known have none.
 */
export function alertMarkers(
  alerts: readonly Alert[],
  placeOf: (alert: Alert) => Point | null,
  chosenId: string | null,
): AlertMarker[] {
  const byPlace = new Map<string, AlertMarker>();
  for (const alert of alerts) {
    const point = alert.status !== 'closed' || alert.id === chosenId ? placeOf(alert) : null;
    if (point === null) continue;
    const key = `${point.latitude.toFixed(1)} ${point.longitude.toFixed(1)}`;
    const marker = byPlace.get(key);
    if (marker === undefined && byPlace.size >= MOST_MARKERS) continue;
    byPlace.set(key, withAlert(marker, alert, point));
  }
  return [...byPlace.values()].sort((a, b) => rank(a.severity) - rank(b.severity));
}

function withAlert(
  marker: AlertMarker | undefined,
  alert: Alert,
  { latitude, longitude }: Point,
): AlertMarker {
  if (marker === undefined) return { latitude, longitude, severity: alert.severity, alerts: [alert] };
  const severity = rank(alert.severity) > rank(marker.severity) ? alert.severity : marker.severity;
  return { ...marker, severity, alerts: [...marker.alerts, alert] };
}

function rank(severity: SeverityLevel): number {
  return SEVERITY_LEVELS.indexOf(severity);
}

/** A pulse is three rings that run outwards, one after the other, and then it is over. */
export const PULSE_MS = 3_600;
const RINGS = 3;
const RING_MS = PULSE_MS / RINGS;

/** How far the ring of a pulse has run (0-1) and how strong it still is; null when the pulse is over. */
export function pulsePhase(ageMs: number): { readonly reach: number; readonly opacity: number } | null {
  if (ageMs < 0 || ageMs >= PULSE_MS) return null;
  const run = (ageMs % RING_MS) / RING_MS;
  return { reach: 1 - (1 - run) ** 2, opacity: 1 - run };
}
