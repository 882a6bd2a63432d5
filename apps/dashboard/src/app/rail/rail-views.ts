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

  constructor() {
    const id = () => this.alerts.selected()?.id ?? null;
    effect(() => {
      const opened = id() !== null;
      untracked(() => {
        if (opened) this.view.set('alert');
        else if (this.view() === 'alert') this.view.set('traffic');
      });
    });
  }
}
