import type { NormalisedEvent } from '@watchfloor/contracts';
import { createLocate, type EnrichmentTables } from './address-place';
import { describe } from './describe';

/** Makes the function that adds to an event, in place, what the tables know of its ends; see `describe`. */
export function createEnricher(tables: EnrichmentTables): (event: NormalisedEvent) => void {
  const locate = createLocate(tables);
  const placeOf = (ip: string | undefined) => (ip === undefined ? undefined : locate(ip));
  return (event) => describe(event, placeOf(event.source?.ip), placeOf(event.destination?.ip));
}
