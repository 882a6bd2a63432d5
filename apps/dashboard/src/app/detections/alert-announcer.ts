import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import type { Alert } from '@watchfloor/contracts';
import { LiveStateStore } from '../live-state/live-state-store';
import { announcement, newAlerts } from './announcement';

/** Alerts that come within this time are told together: one sentence that can be heard to its end. */
const SPACING_MS = 4_000;

/** Says new alerts to those who listen: politely, and never more than one sentence at a time. */
@Component({
  selector: 'wf-alert-announcer',
  template:
    '<p class="only-heard" role="status" aria-live="polite" data-announces="alerts">{{ words() }}</p>',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AlertAnnouncer {
  private readonly live = inject(LiveStateStore);
  protected readonly words = signal('');
  private known: Set<string> | null = null;
  private waiting: Alert[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    effect(() => {
      const frame = this.live.frame();
      if (frame !== null) untracked(() => this.hear(frame.alerts ?? []));
    });
    inject(DestroyRef).onDestroy(() => this.timer !== null && clearTimeout(this.timer));
  }

  private hear(alerts: readonly Alert[]): void {
    if (this.known !== null) this.waiting.push(...newAlerts(this.known, alerts));
    this.known = new Set([...(this.known ?? []), ...alerts.map(({ id }) => id)]);
    if (this.timer === null) this.speak();
  }

  private speak(): void {
    this.timer = null;
    if (this.waiting.length === 0) return;
    this.words.set(announcement(this.waiting));
    this.waiting = [];
    this.timer = setTimeout(() => this.speak(), SPACING_MS);
  }
}
