import type { NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';

/** Where every target lies in these tests. */
export const TARGET = { lat: 50.11, lon: 8.68 };

const geo = fc.record(
  {
    country_iso_code: fc.constantFrom('AU', 'BR', 'SE'),
    city_name: fc.constantFrom('Sydney', 'Recife'),
    location: fc.record({ lat: fc.integer({ min: -90, max: 90 }), lon: fc.integer({ min: -180, max: 180 }) }),
  },
  { requiredKeys: [] },
);

const source = fc.record(
  { ip: fc.constantFrom('203.0.113.1', '203.0.113.2', '2001:db8::1'), geo },
  { requiredKeys: [] },
);

const destination = fc.record(
  { ip: fc.constantFrom('192.0.2.1', '192.0.2.2'), port: fc.constantFrom(22, 80, 443) },
  { requiredKeys: [] },
);

/** Events that share few keys, with and without each of the counted dimensions. */
export const countableEvent: fc.Arbitrary<NormalisedEvent> = fc
  .record(
    { source, destination, user: fc.record({ name: fc.constantFrom('root', 'admin') }) },
    { requiredKeys: [] },
  )
  .map((over) => anEvent(over));
