import type { Geo, NormalisedEvent } from '@watchfloor/contracts';
import { emptyRow, fillRow } from '../pipeline/aggregation/counted-row';
import { facetKey } from '../pipeline/aggregation/facet';
import { createFacetWords } from '../pipeline/aggregation/facet-words';
import { Tally } from '../pipeline/aggregation/tally';

/** Counts a list of events as the windows would; the arcs end where the events' destinations have a place. */
export function tallyOf(events: readonly { readonly event: NormalisedEvent }[]): Tally {
  const tally = new Tally();
  const known = createFacetWords();
  const row = emptyRow();
  for (const { event } of events) tally.add(facetKey(event, known), fillRow(row, event, siteOf));
  return tally;
}

const siteOf = (geo: Geo | undefined) => geo?.location ?? { lat: 0, lon: 0 };
