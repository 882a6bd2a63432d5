import { DETECTION, EVENT_TIME, LIVE_TIMELINE } from '../../topology';

/** What a producer said of a named timeline: it goes on, or that was all. */
export type ProducerState = 'open' | 'ended';

/** A timeline of which all that arrived has been taken. */
export interface QuietTimeline {
  readonly timeline: string;
  /** Event time up to which it has come, ms since the epoch. */
  readonly watermark: number;
  readonly flushed: boolean;
  /** Whether its attacks were taken to be over when it was flushed. */
  readonly ended: boolean;
  /** Wall clock of the last arrival, ms since the epoch. */
  readonly arrivedAt: number;
  readonly producer: ProducerState | undefined;
}

/**
 * What happens without an arrival: time goes on to a watermark, the timeline is flushed, is flushed and its attacks are over, or
 * nothing yet.
 */
export type QuietStep = { readonly watermark: number } | 'flush' | 'end' | 'wait';

/** The watermark on an idle live timeline follows the clock at this distance, in ms. */
const BEHIND_CLOCK_MS = DETECTION.idleAfterMs + EVENT_TIME.maxOutOfOrdernessMs;

/**
 * Decides for a timeline without arrivals. On the live one event time goes on by the clock, so that windows and alerts close by
 * themselves, as long as its events keep step with the clock: an old log sent to it is only flushed, or the rest of it
 * would be late. A named one waits as its producer said.
 * @param now wall clock, ms since the epoch
 */
export function whenQuiet(
  { timeline, watermark, flushed, ended, arrivedAt, producer }: QuietTimeline,
  now: number,
): QuietStep {
  const quietMs = now - arrivedAt;
  if (timeline === LIVE_TIMELINE && quietMs >= DETECTION.idleAfterMs && keepsStep(watermark, now)) {
    const byClock = now - BEHIND_CLOCK_MS;
    return byClock - watermark >= 1_000 ? { watermark: byClock } : 'wait';
  }
  if (timeline !== LIVE_TIMELINE && producer === 'ended') return ended ? 'wait' : 'end';
  if (flushed) return 'wait';
  return quietMs >= (producer === 'open' ? DETECTION.openForMs : DETECTION.idleAfterMs) ? 'flush' : 'wait';
}

function keepsStep(watermark: number, now: number): boolean {
  return Math.abs(now - watermark) <= EVENT_TIME.futureMs;
}
