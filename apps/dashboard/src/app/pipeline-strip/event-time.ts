import type { DetectionPipeline, Pipeline } from '@watchfloor/contracts';
import { compactCount, durationOrUnknown, exactCount } from '../figures/figures';

const LIVE = 'live';

/** What the figures of event time mean, for those who meet them for the first time. */
export const EVENT_TIME_WORDS = {
  watermark:
    'The watermark is the event time up to which all events are taken to be there. It waits a few seconds for stragglers.',
  watermarkLag:
    'How far the watermark is behind the clock: the wait for stragglers, and how long events are under way. Windows close, and rules judge, this much later. While nothing comes, it grows.',
  recorded:
    'Timelines of replays. They have no clock: each is as far as its events, and its watermark waits behind the furthest of them.',
  late: 'Events that came after the watermark had passed them. They are counted in their window all the same: it is corrected.',
  detectionLag:
    'How far the rules are behind the clock. They judge in the order of event time, behind the watermark.',
  lateForDetection:
    'Events that came after their place in the order had passed: they count in windows, but no rule saw them.',
} as const;

export interface EventTime {
  /** Ms from the watermark of the live timeline to the clock; null before the first event. */
  readonly behindMs: number | null;
  readonly late: number;
}

/** Where event time is on the live timeline: by the last stage that keeps a watermark. */
export function eventTime({ stages, late, timelines }: Pipeline): EventTime {
  const live = timelines?.find(({ name }) => name === LIVE);
  const keeper = [...stages].reverse().find(({ watermarkLagMs }) => watermarkLagMs !== null);
  return { behindMs: keeper?.watermarkLagMs ?? null, late: live?.late ?? late };
}

/** One recorded timeline in words. */
export interface RecordedTimeline {
  readonly name: string;
  readonly watermark: string;
  readonly behind: string;
  readonly late: string;
}

/** Where event time is on the recorded timelines, which have no clock but their events. */
export function recordedTimelines({ timelines = [] }: Pipeline): RecordedTimeline[] {
  return timelines
    .filter(({ name }) => name !== LIVE)
    .map(({ name, watermark, watermarkLagMs, late }) => ({
      name,
      watermark:
        watermark === null
          ? 'no event yet'
          : new Date(watermark).toISOString().slice(0, 19).replace('T', ' '),
      behind: durationOrUnknown(watermarkLagMs),
      late: exactCount(late),
    }));
}

/** One figure of the branch to detection, with what it means. */
export interface DetectionFigure {
  readonly words: string;
  readonly meaning: string;
}

/** Detection in figures: how much it evaluates, at what price, how far behind, and what came too late for it. */
export function detectionFigures(detection: DetectionPipeline): DetectionFigure[] {
  const { evaluatedPerSecond, microsecondsPerEvent, watermarkLagMs, lateForDetection, lag } = detection;
  const price = microsecondsPerEvent === null ? '' : `, ${microsecondsPerEvent.toFixed(1)} µs each`;
  return [
    {
      words: `${exactCount(detection.rules)} rules`,
      meaning: 'Rules that run. Each is told in the alerts that it raises.',
    },
    {
      words: `${compactCount(evaluatedPerSecond)}/s${price}`,
      meaning: 'Events offered to the rules, and what one of them costs: microseconds of a core.',
    },
    {
      words: `${durationOrUnknown(watermarkLagMs)} behind`,
      meaning: `${EVENT_TIME_WORDS.detectionLag} ${exactCount(lag)} events wait for them.`,
    },
    {
      words: `${exactCount(lateForDetection)} too late`,
      meaning: EVENT_TIME_WORDS.lateForDetection,
    },
  ];
}
