import type { Frame } from '@watchfloor/contracts';
import { compactCount, exactCount, inWords } from '../figures/figures';
import type { Freshness } from '../live-state/freshness';
import { bottleneck } from '../pipeline-strip/pipeline-view';

/** The screen in one or two sentences, for those who hear it instead of seeing it. */
export function digest(frame: Frame | null, freshness: Freshness, cause: string): string {
  if (frame === null) return 'Connecting to the live data.';
  if (freshness === 'lost') return `The data on the screen is old. ${cause}`;
  const { snapshot, pipeline, ledger } = frame;
  if (snapshot.totals.events === 0) return 'Connected. No events in the chosen range.';
  const slowest = bottleneck(pipeline.stages);
  const parts = [
    `${compactCount(snapshot.rates.eventsPerSecond)} events per second`,
    `${exactCount(snapshot.totals.sources)} sources from ${exactCount(snapshot.totals.countries)} countries`,
    slowest === null ? null : `the stage ${inWords(slowest)} holds the others up`,
    ledger.balanced ? null : 'the ledger does not balance',
  ];
  return `${parts.filter((part) => part !== null).join(', ')}.`;
}
