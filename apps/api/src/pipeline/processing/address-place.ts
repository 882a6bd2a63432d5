import {
  blockOfWords,
  BLOCKS,
  type Endpoint,
  type Geo,
  placeOfBlock,
  readAddress,
} from '@watchfloor/contracts';
import { kindOf } from './address-ranges';
import { KeptRecords } from './kept-records';

/** The network of an address as ECS writes it. */
export type Network = NonNullable<Endpoint['as']>;

/** Answers for public addresses; records are shared and frozen. */
export interface AddressLookup<T> {
  ofIpv4(address: number): T | undefined;
  ofIpv6(first: number, second: number): T | undefined;
}

export interface EnrichmentTables {
  readonly geo?: AddressLookup<Geo> | undefined;
  readonly networks?: AddressLookup<Network> | undefined;
}

/** What is known of one address. The object is the same for the same answer as long as it is kept. */
export interface AddressPlace {
  /** Its block of the address plan, where it is simulated: the plan is fixed, so that says it all. */
  readonly block?: number;
  readonly geo?: Geo | undefined;
  readonly as?: Network | undefined;
}

/** The place of an address; undefined of one that has none. */
export type Locate = (ip: string) => AddressPlace | undefined;

/** IPv4 addresses whose answers are kept, in each of two generations: a few MB, and most traffic comes from few sources. */
const KEPT_ADDRESSES = 32_768;

const planned: readonly (AddressPlace | undefined)[] = Array.from({ length: BLOCKS }, (_, block) => {
  const place = placeOfBlock(block);
  if (!place) return undefined;
  const geo: Geo = {
    location: { lat: place.lat, lon: place.lon },
    country_iso_code: place.country,
    country_name: place.countryName,
    city_name: place.city,
    precision: 'synthetic',
  };
  const as: Network = { number: place.asn, organization: { name: place.asName } };
  return { block, geo: Object.freeze(geo), as: Object.freeze(as) };
});

/** The place of a block of the simulator's plan. */
export function placeOfPlan(block: number): AddressPlace | undefined {
  return planned[block];
}

/** The place of an address of the simulator's plan, given as `readAddress` reads it; undefined of any other. */
export function plannedPlace(family: 4 | 6, words: Uint32Array): AddressPlace | undefined {
  return planned[blockOfWords(family, words[0] ?? 0, words[1] ?? 0)];
}

/**
 * Makes the function that finds the place of an address: of public ones from the tables, of simulated ones from the
 * address plan. Other special-purpose addresses have none.
 */
export function createLocate({ geo, networks }: EnrichmentTables): Locate {
  const words = new Uint32Array(4);
  const known = new KeptRecords(KEPT_ADDRESSES, (signed): AddressPlace => {
    const address = signed >>> 0;
    return { geo: geo?.ofIpv4(address), as: networks?.ofIpv4(address) };
  });
  return (ip) => {
    const family = readAddress(ip, words);
    if (family === 0) return undefined;
    const place = plannedPlace(family, words);
    if (place) return place;
    if (kindOf(family, words) !== 'public') return undefined;
    const [first = 0, second = 0] = words;
    // Signed, the number is a small integer to the engine, which makes the better key.
    if (family === 4) return known.get(first | 0);
    return { geo: geo?.ofIpv6(first, second), as: networks?.ofIpv6(first, second) };
  };
}
