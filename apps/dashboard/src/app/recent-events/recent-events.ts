import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
  ElementRef,
} from '@angular/core';
import type { EventRow } from '@watchfloor/contracts';
import { exactCount, inWords, preciseClockTime } from '../figures/figures';
import { severityShape } from '../figures/severity-shape';
import { LiveStateStore } from '../live-state/live-state-store';
import { EMPTY_FEED, follow, freeze, thaw } from './feed';

/** The newest events. Scrolled away from the top it stands still and counts what came since. */
@Component({
  selector: 'wf-recent-events',
  templateUrl: './recent-events.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RecentEvents {
  protected readonly store = inject(LiveStateStore);
  private readonly list = viewChild<ElementRef<HTMLElement>>('list');
  private readonly newest = computed<readonly EventRow[]>(() => this.store.frame()?.recent ?? []);
  protected readonly feed = signal(EMPTY_FEED);
  protected readonly exactCount = exactCount;

  constructor() {
    effect(() => {
      const newest = this.newest();
      this.feed.set(follow(untracked(this.feed), newest));
    });
  }

  /** Off the top the reader is reading; back at the top the list follows again. */
  protected settle(scrollTop: number): void {
    if (scrollTop > 2) this.feed.update(freeze);
    else if (this.feed().frozen) this.feed.set(thaw(this.newest()));
  }

  protected showNewest(): void {
    this.feed.set(thaw(this.newest()));
    this.list()?.nativeElement.scrollTo({ top: 0 });
  }

  protected time(row: EventRow): string {
    return preciseClockTime(row.time);
  }

  protected shape(row: EventRow): string {
    return severityShape(row.severity);
  }

  protected what(row: EventRow): string {
    return inWords(row.action || row.category);
  }

  protected details(row: EventRow): string {
    const parts = [
      row.dataset,
      row.outcome,
      row.user && `user ${row.user}`,
      row.target && `to ${row.target}`,
      row.country && `from ${row.country}`,
      row.synthetic && 'simulated',
    ];
    return parts.filter(Boolean).join(', ');
  }
}
