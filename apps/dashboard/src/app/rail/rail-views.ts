import { ChangeDetectionStrategy, Component, effect, inject, signal, untracked } from '@angular/core';
import { AlertDetail } from '../detections/alert-detail';
import { LedgerPanel } from '../ledger/ledger-panel';
import { AlertsStore } from '../live-state/alerts-store';
import { RecentEvents } from '../recent-events/recent-events';
import { RehearsePanel } from '../rehearsal/rehearse-panel';
import { TopSources } from '../top-sources/top-sources';

type RailView = 'traffic' | 'rehearse' | 'alert';

/** What stands below the list of alerts: the traffic, the simulator, or the alert that was opened. */
@Component({
  selector: 'wf-rail-views',
  imports: [AlertDetail, LedgerPanel, RecentEvents, RehearsePanel, TopSources],
  templateUrl: './rail-views.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RailViews {
  protected readonly alerts = inject(AlertsStore);
  protected readonly view = signal<RailView>('traffic');
  /** Where one comes back to from an alert. */
  private before: RailView = 'traffic';

  constructor() {
    effect(() => {
      const opened = this.alerts.choice() !== null;
      untracked(() => (opened ? this.openAlert() : this.closeAlert()));
    });
  }

  private openAlert(): void {
    if (this.view() !== 'alert') this.before = this.view();
    this.view.set('alert');
  }

  private closeAlert(): void {
    if (this.view() === 'alert') this.view.set(this.before);
  }
}
