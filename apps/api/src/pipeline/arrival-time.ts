import { EVENT_TIME, LIVE_TIMELINE } from './topology';

/** How the times of events that arrived together stand to their arrival. Times in ms since the epoch, or infinite. */
export interface ArrivalTime {
  /** Events behind this are `future`: counted, in no window. */
  readonly futureFrom: number;
  /** What an event says of how far time has come goes up to here: what has not come yet is only the word of one clock. */
  readonly carriedUpTo: number;
}

/** On a recorded timeline nothing is ahead: it has no clock but its events. */
const RECORDED: ArrivalTime = { futureFrom: Infinity, carriedUpTo: Infinity };

/** For events that arrived at `at` on a timeline. */
export function arrivalTime(timeline: string, at: number): ArrivalTime {
  return timeline === LIVE_TIMELINE ? { futureFrom: at + EVENT_TIME.futureMs, carriedUpTo: at } : RECORDED;
}
