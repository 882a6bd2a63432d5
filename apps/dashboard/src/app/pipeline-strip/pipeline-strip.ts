import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import {
  compactCount,
  duration,
  durationOrUnknown,
  exactCount,
  inWords,
  percentage,
} from '../figures/figures';
import { LiveStateStore } from '../live-state/live-state-store';
import { detectionFigures, eventTime, EVENT_TIME_WORDS, recordedTimelines } from './event-time';
import { pipelineView, type QueueView } from './pipeline-view';
import { sparklinePath } from './sparkline';

const TREND_WIDTH = 100;
const TREND_HEIGHT = 20;

/** The way of the events: stages, what waits between them, which one holds the others up, what was set aside. */
@Component({
  selector: 'wf-pipeline-strip',
  templateUrl: './pipeline-strip.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PipelineStrip {
  private readonly store = inject(LiveStateStore);
  protected readonly pipeline = computed(() => this.store.frame()?.pipeline ?? null);
  protected readonly stages = computed(() => {
    const pipeline = this.pipeline();
    return pipeline === null
      ? []
      : pipelineView(pipeline, this.store.history()).map((stage) => ({
          ...stage,
          trendPath: sparklinePath(stage.trend, TREND_WIDTH, TREND_HEIGHT),
        }));
  });
  protected readonly slowest = computed(
    () => this.stages().find(({ bottleneck }) => bottleneck)?.name ?? null,
  );
  protected readonly summary = computed(() => {
    const pipeline = this.pipeline();
    if (pipeline === null) return '';
    const workers = pipeline.workers.filter(({ role }) => role.includes('worker')).length;
    const received = `${compactCount(pipeline.edge.receivedPerSecond)}/s in`;
    return `${received}, ${pipeline.partitions} partitions, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  });
  protected readonly eventTime = computed(() => {
    const pipeline = this.pipeline();
    if (pipeline === null) return null;
    const { behindMs, late } = eventTime(pipeline);
    return {
      behind: durationOrUnknown(behindMs),
      late: `${exactCount(late)} late`,
    };
  });
  protected readonly recorded = computed(() => {
    const pipeline = this.pipeline();
    return pipeline === null ? [] : recordedTimelines(pipeline);
  });
  protected readonly detection = computed(() => {
    const detection = this.pipeline()?.detection;
    return detection === undefined
      ? null
      : {
          figures: detectionFigures(detection),
          open: detection.alerts.open,
          raised: detection.alerts.raised,
        };
  });
  protected readonly meaning = EVENT_TIME_WORDS;
  protected readonly causes = computed(() =>
    Object.entries(this.pipeline()?.deadLetters.byReason ?? {})
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => `${inWords(reason)} ${exactCount(count)}`)
      .join(', '),
  );
  protected readonly exactCount = exactCount;
  protected readonly percentage = percentage;

  protected queueTitle({ waiting, fill }: QueueView): string {
    const share = fill === null ? '' : `, ${percentage(fill)} of what may be in flight`;
    return `${exactCount(waiting)} events wait${share}`;
  }

  protected outlook({ prediction }: QueueView): string | null {
    if (prediction === null) return null;
    return `+${compactCount(prediction.eventsPerSecond)}/s, full in ${duration(prediction.fullInMs)}`;
  }
}
