import { ChangeDetectionStrategy, Component, computed, inject, signal, viewChild } from '@angular/core';
import { Appearance } from './appearance/appearance';
import { readStored, writeStored } from './appearance/stored-choice';
import { AlertAnnouncer } from './detections/alert-announcer';
import { openAlertsNotice } from './detections/alert-view';
import { DetectionsPanel } from './detections/detections-panel';
import { ConnectionState } from './connection-state/connection-state';
import { Digest } from './digest/digest-region';
import { HelpSheet } from './help-sheet/help-sheet';
import { KeyFigures } from './key-figures/key-figures';
import { AlertsStore } from './live-state/alerts-store';
import { LiveStateStore } from './live-state/live-state-store';
import { PipelineStrip } from './pipeline-strip/pipeline-strip';
import { RailViews } from './rail/rail-views';
import { shortcutOf } from './shortcuts';
import { simulatedNotice } from './simulated-notice';
import { ThreatMap } from './threat-map/threat-map';
import { TimeRange } from './time-range/time-range';

/** The whole screen: what is shown comes from the store, what is pressed goes to it. */
@Component({
  selector: 'wf-app',
  imports: [
    AlertAnnouncer,
    ConnectionState,
    DetectionsPanel,
    Digest,
    HelpSheet,
    KeyFigures,
    PipelineStrip,
    RailViews,
    ThreatMap,
    TimeRange,
  ],
  templateUrl: './app.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown)': 'press($event)' },
})
export class App {
  protected readonly store = inject(LiveStateStore);
  private readonly alerts = inject(AlertsStore);
  protected readonly appearance = inject(Appearance);
  protected readonly shortcutsOn = signal(readStored('shortcuts') !== 'off');
  protected readonly simulated = computed(() => simulatedNotice(this.store.frame()?.recent ?? []));
  protected readonly openAlerts = computed(() => openAlertsNotice(this.alerts.alerts() ?? []));
  /** Greyed: what is shown is not what is happening. */
  protected readonly greyed = computed(
    () => this.store.paused() || this.store.freshness() === 'stale' || this.store.freshness() === 'lost',
  );
  private readonly help = viewChild.required(HelpSheet);

  protected showHelp(): void {
    this.help().open();
  }

  protected setShortcuts(on: boolean): void {
    this.shortcutsOn.set(on);
    writeStored('shortcuts', on ? 'on' : 'off');
  }

  protected press(event: KeyboardEvent): void {
    if (!this.shortcutsOn()) return;
    const shortcut = shortcutOf(event);
    if (shortcut === null) return;
    event.preventDefault();
    if (shortcut === 'pause') this.store.togglePause();
    else if (shortcut === 'help') this.showHelp();
    else if (shortcut === 'theme') this.appearance.toggleTheme();
    else this.store.selectWindow(shortcut);
  }
}
