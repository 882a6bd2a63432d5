import type { Alert } from '@watchfloor/contracts';
import { newestAlertFirst } from '../../pipeline/alerts/alert-place';

/** Alerts that a frame carries at the most. */
export const FRAME_ALERTS = 50;

/** Alerts of one timeline that are kept: those of a frame, and older ones that changed last. */
const KEPT = 500;

interface Kept {
  readonly alert: Alert;
  /** Grows with every change of any alert. */
  readonly change: number;
}

/** The newest alerts of one timeline and the ones that changed last, in memory. */
export class RecentAlerts {
  #change = 0;
  /** In the order of their last change. */
  readonly #kept = new Map<string, Kept>();
  #newest: Alert[] = [];

  /** The number of the last change. */
  get change(): number {
    return this.#change;
  }

  /** The alerts raised last, newest first, as many as a frame carries. */
  get newest(): readonly Alert[] {
    return this.#newest;
  }

  /** Takes an alert as it is now; one that is known like this already is no change. */
  put(alert: Alert): void {
    const known = this.#kept.get(alert.id)?.alert;
    if (known && isSame(known, alert)) return;
    this.#kept.delete(alert.id);
    this.#kept.set(alert.id, { alert, change: ++this.#change });
    const others = this.#newest.filter(({ id }) => id !== alert.id);
    this.#newest = [...others, alert].sort(newestAlertFirst).slice(0, FRAME_ALERTS);
    this.#makeRoom();
  }

  /** Drops an alert that is no longer stored. */
  drop(id: string): void {
    if (!this.#kept.delete(id)) return;
    this.#newest = [...this.#kept.values()]
      .map(({ alert }) => alert)
      .sort(newestAlertFirst)
      .slice(0, FRAME_ALERTS);
  }

  /** Drops everything: the timeline was forgotten. */
  clear(): void {
    this.#kept.clear();
    this.#newest = [];
  }

  /** Alerts that changed after a change, newest first; of more than a frame carries those raised last. */
  changedAfter(change: number): Alert[] {
    if (change >= this.#change) return [];
    return [...this.#kept.values()]
      .filter((kept) => kept.change > change)
      .map(({ alert }) => alert)
      .sort(newestAlertFirst)
      .slice(0, FRAME_ALERTS);
  }

  #makeRoom(): void {
    if (this.#kept.size <= KEPT) return;
    const newest = new Set(this.#newest.map(({ id }) => id));
    for (const id of this.#kept.keys()) {
      if (newest.has(id)) continue;
      this.#kept.delete(id);
      return;
    }
  }
}

/** Detection's part only grows, and every change of handling makes a version. */
function isSame(a: Alert, b: Alert): boolean {
  return a.version === b.version && a.events === b.events && a.lastSeen === b.lastSeen && a.ended === b.ended;
}
