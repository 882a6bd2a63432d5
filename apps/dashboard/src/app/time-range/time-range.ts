import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { SNAPSHOT_WINDOWS, type SnapshotWindow } from '@watchfloor/contracts';
import { clockTime, compactCount } from '../figures/figures';
import { LiveStateStore } from '../live-state/live-state-store';
import { VolumeStore } from '../live-state/volume-store';
import { VolumeChart, type VolumeReading } from './volume-chart';

const SPOKEN: Readonly<Record<SnapshotWindow, string>> = {
  '1m': 'last minute',
  '5m': 'last 5 minutes',
  '15m': 'last 15 minutes',
  '1h': 'last hour',
  '24h': 'last 24 hours',
};

/** The volume over the chosen range, and the choice of the range. */
@Component({
  selector: 'wf-time-range',
  imports: [VolumeChart],
  templateUrl: './time-range.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TimeRange {
  protected readonly store = inject(LiveStateStore);
  protected readonly volume = inject(VolumeStore).series;
  protected readonly windows = (Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[]).map((window) => ({
    window,
    spoken: SPOKEN[window],
  }));
  protected readonly reading = signal<VolumeReading | null>(null);
  protected readonly clock = computed(() => {
    const reading = this.reading();
    if (reading) return `${clockTime(reading.at)} UTC, ${compactCount(reading.eventsPerSecond)}/s`;
    const frame = this.store.frame();
    return frame === null ? '–' : `${clockTime(frame.at)} UTC`;
  });
  protected readonly summary = computed(() => {
    const rates = this.volume()?.eventsPerSecond ?? [];
    const peak = rates.reduce((most, rate) => Math.max(most, rate), 0);
    return `Events per second, ${SPOKEN[this.store.window()]}: peak ${compactCount(peak)}`;
  });
}
