import type { Alert } from '@watchfloor/contracts';
import { newestAlertFirst } from '../../pipeline/alerts/alert-place';

/** Alerts that a frame carries at the most. */
export const FRAME_ALERTS = 50;

/** Alerts of one timeline that are kept: those of a frame, and older ones that changed last. */
export const KEPT_ALERTS = 1_000;

interface Kept {
  readonly alert: Alert;
  /** Grows with every change of any alert. */
  readonly change: number;
}

/** Some of the alerts that changed, newest first, and the change up to which there are no others. */
export interface ChangedAlerts {
  readonly alerts: readonly Alert[];
  readonly upTo: number;
}

/** The newest alerts of one timeline and the ones that changed last, in memory. */
export class RecentAlerts {
  #change = 0;
  /** Of changes up to this one it is not known any more which alerts they were of. */
  #lost = 0;
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

  /** Begins again with what is stored now, the newest at least: what else has changed meanwhile is not known. */
  beginAgain(stored: readonly Alert[]): void {
    this.#kept.clear();
    this.#newest = [];
    this.#lost = ++this.#change;
    for (const alert of [...stored].sort(newestAlertFirst).reverse()) this.put(alert);
  }

  /**
   * What changed after a change, those first that have waited longest, no more than a frame carries; undefined where that is not
   * known any more: whoever builds on that change has to begin again.
   */
  changesAfter(change: number): ChangedAlerts | undefined {
    if (change < this.#lost) return undefined;
    if (change >= this.#change) return { alerts: [], upTo: this.#change };
    const waiting = [...this.#kept.values()].filter((kept) => kept.change > change);
    const some = waiting.slice(0, FRAME_ALERTS);
    const upTo = waiting.length > some.length ? (some.at(-1)?.change ?? change) : this.#change;
    return { alerts: some.map(({ alert }) => alert).sort(newestAlertFirst), upTo };
  }

  #makeRoom(): void {
    if (this.#kept.size <= KEPT_ALERTS) return;
    const newest = new Set(this.#newest.map(({ id }) => id));
    for (const [id, { change }] of this.#kept) {
      if (newest.has(id)) continue;
      this.#kept.delete(id);
      this.#lost = Math.max(this.#lost, change);
      return;
    }
  }
}

/** Detection's part only grows, and every change of handling makes a version. */
function isSame(a: Alert, b: Alert): boolean {
  return a.version === b.version && a.events === b.events && a.lastSeen === b.lastSeen && a.ended === b.ended;
}
