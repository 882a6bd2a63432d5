import { computed, DestroyRef, effect, inject, Injectable, signal } from '@angular/core';
import {
  SNAPSHOT_WINDOWS,
  TimelineSchema,
  WINDOW_STEPS,
  type SnapshotWindow,
  type Timeline,
} from '@watchfloor/contracts';
import { Value } from '@sinclair/typebox/value';
import { API_ORIGIN, LiveStateStore } from './live-state-store';
import { volumeSeries, type VolumeSeries } from './volume-series';

/** The timeline is asked for again at its own step, and not more often than this. */
const MIN_REFRESH_MS = 10_000;

/** The volume of the chosen window: the timeline of the api, continued by the frames. */
@Injectable({ providedIn: 'root' })
export class VolumeStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly live = inject(LiveStateStore);
  private readonly timeline = signal<{ window: SnapshotWindow; timeline: Timeline } | null>(null);
  private refresh: ReturnType<typeof setTimeout> | null = null;
  private asked = 0;

  readonly series = computed<VolumeSeries | null>(() => {
    const frame = this.live.frame();
    if (frame === null) return null;
    const window = this.live.window();
    const loaded = this.timeline();
    const tail = { endMs: Math.floor(frame.at / 1_000) * 1_000, bySecond: frame.snapshot.rates.bySecond };
    return volumeSeries(window, loaded?.window === window ? loaded.timeline : null, tail);
  });

  constructor() {
    const connected = computed(() => this.live.frame() !== null);
    effect(() => {
      if (connected()) void this.load(this.live.window());
    });
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  /** Loads, then waits: a slow answer never makes questions pile up. */
  private async load(window: SnapshotWindow): Promise<void> {
    this.stop();
    const question = ++this.asked;
    const timeline = await this.fetchTimeline(window);
    if (question !== this.asked) return;
    if (timeline !== null) this.timeline.set({ window, timeline });
    const { step } = SNAPSHOT_WINDOWS[window];
    const pauseMs = Math.max(MIN_REFRESH_MS, WINDOW_STEPS[step].sizeMs);
    this.refresh = setTimeout(() => void this.load(window), pauseMs);
  }

  /** Null when there is no answer: the strip then shows what the frames have. */
  private async fetchTimeline(window: SnapshotWindow): Promise<Timeline | null> {
    const { lengthMs, step } = SNAPSHOT_WINDOWS[window];
    const to = Date.now();
    const query = new URLSearchParams({
      from: new Date(to - lengthMs).toISOString(),
      to: new Date(to).toISOString(),
      step,
    });
    try {
      const response = await fetch(`${this.origin}/api/v1/timeline?${query}`);
      const body: unknown = response.ok ? await response.json() : null;
      return Value.Check(TimelineSchema, body) ? body : null;
    } catch {
      return null;
    }
  }

  private stop(): void {
    if (this.refresh !== null) clearTimeout(this.refresh);
    this.refresh = null;
  }
}
