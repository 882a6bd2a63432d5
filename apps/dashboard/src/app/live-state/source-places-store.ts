import { inject, Injectable, signal } from '@angular/core';
import { Type, type Static } from '@sinclair/typebox';
import { placeOf } from '@watchfloor/contracts';
import { ask } from './api-client';
import { API_ORIGIN } from './live-state-store';

/** Where a source is; degrees. */
export interface SourcePlace {
  /** ISO 3166-1 alpha-2; empty where it is not known. */
  readonly country: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** The part of an answer of `GET /events` that is looked at. */
const PlacesOfEventsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      source: Type.Optional(
        Type.Object({
          geo: Type.Optional(
            Type.Object({
              location: Type.Optional(Type.Object({ lat: Type.Number(), lon: Type.Number() })),
              country_iso_code: Type.Optional(Type.String()),
              city_name: Type.Optional(Type.String()),
            }),
          ),
        }),
      ),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** Pages of recent events that are looked through for one address. */
const MOST_PAGES = 3;

/** Places of sources: those of simulated addresses by their plan, others as the pipeline enriched their events. */
@Injectable({ providedIn: 'root' })
export class SourcePlacesStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly found = signal<ReadonlyMap<string, SourcePlace | null>>(new Map());
  private looking: Promise<void> = Promise.resolve();

  /** The place of the first of these addresses that has one; null while none is known. */
  of(addresses: readonly string[]): SourcePlace | null {
    for (const address of addresses) {
      const place = simulatedPlace(address) ?? this.found().get(address);
      if (place) return place;
    }
    return null;
  }

  /** Looks for the first of these addresses among recent events, unless its place is known; one after the other. */
  find([address]: readonly string[]): void {
    if (address === undefined || simulatedPlace(address) !== null || this.found().has(address)) return;
    this.remember(address, null);
    this.looking = this.looking.then(async () => this.remember(address, await this.askFor(address)));
  }

  private async askFor(address: string): Promise<SourcePlace | null> {
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const query: URLSearchParams = new URLSearchParams({ source: address, limit: '1' });
      if (cursor !== null) query.set('cursor', cursor);
      const outcome = await ask(`${this.origin}/api/v1/events?${query}`, PlacesOfEventsSchema);
      if (outcome.kind !== 'answered') return null;
      const place = enrichedPlace(outcome.answer);
      if (place !== null || outcome.answer.next === null) return place;
      cursor = outcome.answer.next;
    }
    return null;
  }

  private remember(address: string, place: SourcePlace | null): void {
    this.found.update((found) => new Map(found).set(address, place));
  }
}

function simulatedPlace(address: string): SourcePlace | null {
  const place = placeOf(address);
  if (place === undefined) return null;
  return { country: place.country, city: place.city, latitude: place.lat, longitude: place.lon };
}

function enrichedPlace({ items: [event] }: Static<typeof PlacesOfEventsSchema>): SourcePlace | null {
  const geo = event?.source?.geo;
  if (geo?.location === undefined) return null;
  const { lat: latitude, lon: longitude } = geo.location;
  return { country: geo.country_iso_code ?? '', city: geo.city_name ?? '', latitude, longitude };
}
