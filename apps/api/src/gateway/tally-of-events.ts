import type { NormalisedEvent } from '@watchfloor/contracts';
import { facetKey, KnownWords } from '../pipeline/aggregation/facet';
import { Tally } from '../pipeline/aggregation/tally';

/** Counts a list of events as the windows would; the arcs end where the events' destinations have a place. */
export function tallyOf(events: readonly { readonly event: NormalisedEvent }[]): Tally {
  const tally = new Tally();
  const known = new KnownWords(512);
  for (const { event } of events) {
    const to = event.destination?.geo?.location ?? { lat: 0, lon: 0 };
    tally.add(event, facetKey(event, known), to);
  }
  return tally;
}
