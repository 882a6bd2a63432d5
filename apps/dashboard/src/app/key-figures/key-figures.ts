import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import type { Frame } from '@watchfloor/contracts';
import {
  compactCount,
  duration,
  durationOrUnknown,
  exactCount,
  percentage,
  shortCount,
} from '../figures/figures';
import { LiveStateStore } from '../live-state/live-state-store';
import { recentDeadLetters, type PipelineHistory } from '../live-state/pipeline-history';
import { eventTime, EVENT_TIME_WORDS } from '../pipeline-strip/event-time';
import { queueLevel } from '../pipeline-strip/pipeline-view';

interface KeyFigure {
  readonly name: string;
  readonly figure: string;
  readonly unit: string;
  readonly note: string;
  readonly tone: 'calm' | 'warning' | 'critical';
  /** What the figure means, where its name does not say it. */
  readonly title?: string;
}

const LAG_WARNING_MS = 2_000;

/** The six figures at which one looks first. */
@Component({
  selector: 'wf-key-figures',
  templateUrl: './key-figures.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class KeyFigures {
  private readonly store = inject(LiveStateStore);
  protected readonly figures = computed(() => {
    const frame = this.store.frame();
    return frame === null ? waitingFigures() : keyFigures(frame, this.store.history());
  });
}

const NAMES = [
  'Event rate',
  'Oldest waiting event',
  'Event time behind',
  'In flight',
  'Dead letters',
  'Active sources',
] as const;

function waitingFigures(): KeyFigure[] {
  return NAMES.map((name) => ({ name, figure: '–', unit: '', note: 'waiting for data', tone: 'calm' }));
}

function keyFigures(frame: Frame, history: PipelineHistory): KeyFigure[] {
  return [
    rate(frame),
    lag(frame),
    eventTimeFigure(frame),
    inFlight(frame),
    deadLetters(frame, history),
    sources(frame),
  ];
}

function rate({ snapshot }: Frame): KeyFigure {
  const { figure, unit } = shortCount(snapshot.rates.eventsPerSecond);
  const note = `${exactCount(snapshot.totals.events)} in ${snapshot.window}, ${compactCount(snapshot.totals.allEvents)} ever`;
  return { name: NAMES[0], figure, unit: `${unit}/s`, note, tone: 'calm' };
}

function lag({ pipeline }: Frame): KeyFigure {
  const slowest = pipeline.stages.reduce<Frame['pipeline']['stages'][number] | null>(
    (worst, stage) => (worst === null || stage.lagMs > worst.lagMs ? stage : worst),
    null,
  );
  const lagMs = slowest?.lagMs ?? 0;
  const [figure = '0', ...unit] = duration(lagMs).split(' ');
  return {
    name: NAMES[1],
    figure,
    unit: unit.join(' '),
    note: lagMs === 0 || slowest === null ? 'nothing waits' : `before ${slowest.stage}`,
    tone: lagMs >= LAG_WARNING_MS ? 'warning' : 'calm',
  };
}

function eventTimeFigure({ pipeline }: Frame): KeyFigure {
  const { behindMs, late } = eventTime(pipeline);
  const [figure = 'n/a', ...unit] = durationOrUnknown(behindMs).split(' ');
  return {
    name: NAMES[2],
    figure,
    unit: unit.join(' '),
    note: `${exactCount(late)} late ${late === 1 ? 'event' : 'events'}`,
    tone: 'calm',
    title: EVENT_TIME_WORDS.watermarkLag,
  };
}

function inFlight({ ledger, pipeline }: Frame): KeyFigure {
  const { figure, unit } = shortCount(ledger.inFlight);
  const share = pipeline.backPressure.inFlight;
  const level = queueLevel(share);
  return {
    name: NAMES[3],
    figure,
    unit,
    note: `${percentage(share)} of the limit`,
    tone: level === 'full' ? 'critical' : level === 'filling' ? 'warning' : 'calm',
  };
}

function deadLetters({ ledger }: Frame, history: PipelineHistory): KeyFigure {
  const recent = recentDeadLetters(history);
  return {
    name: NAMES[4],
    figure: exactCount(ledger.deadLettered),
    unit: '',
    note: recent > 0 ? `${exactCount(recent)} in the last minute` : 'none in the last minute',
    tone: recent > 0 ? 'critical' : 'calm',
  };
}

function sources({ snapshot }: Frame): KeyFigure {
  return {
    name: NAMES[5],
    figure: exactCount(snapshot.totals.sources),
    unit: '',
    note: `from ${exactCount(snapshot.totals.countries)} ${snapshot.totals.countries === 1 ? 'country' : 'countries'}`,
    tone: 'calm',
  };
}
