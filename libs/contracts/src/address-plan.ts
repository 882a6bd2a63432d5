import { NETWORK_ROWS, PLACE_OF_BLOCK, PLACE_ROWS } from './address-plan.table';
import { COUNTRIES } from './countries.table';
import { readAddress } from './ip-address';

/**
 * The synthetic address plan: where simulated sources are said to be.
 * 198.18.0.0/15 (benchmarking, RFC 2544) is cut into 512 blocks of /24 and 2001:db8::/32 (documentation, RFC 3849) into
 * its /48 networks, which repeat the same 512 blocks. Every block is at one place of a fixed table of real cities.
 * No address of these ranges belongs to anybody, so no real network is accused.
 */
export interface Place {
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly countryName: string;
  readonly lat: number;
  readonly lon: number;
  /** An AS number reserved for documentation (RFC 5398) with an invented operator. */
  readonly asn: number;
  readonly asName: string;
}

/** How many blocks the plan has; they are numbered from 0. */
export const BLOCKS = 512;

const FIRST_IPV4 = 0xc612_0000;
const IPV6_PREFIX = 0x2001_0db8;

function placeOfRow([country, city, lat, lon, network]: (typeof PLACE_ROWS)[number]): Place {
  const [asn = 0, asName = ''] = NETWORK_ROWS[network] ?? [];
  return Object.freeze({
    city,
    country,
    countryName: COUNTRIES[country]?.[2] ?? country,
    lat,
    lon,
    asn,
    asName,
  });
}

/** All places of the plan, without order. */
export const PLACES: readonly Place[] = PLACE_ROWS.map(placeOfRow);

const blocksByCountry = new Map<string, number[]>();
PLACE_OF_BLOCK.forEach((place, block) => {
  const country = PLACES[place]?.country ?? '';
  blocksByCountry.set(country, [...(blocksByCountry.get(country) ?? []), block]);
});

/**
 * The block of an address already read by `readAddress` (`family` and the first two 32-bit words), or -1 outside the plan.
 */
export function blockOfWords(family: 4 | 6, first: number, second: number): number {
  if (family === 4) return first >>> 17 === FIRST_IPV4 >>> 17 ? (first >>> 8) & (BLOCKS - 1) : -1;
  return first === IPV6_PREFIX ? (second >>> 16) & (BLOCKS - 1) : -1;
}

/** The place of a block, undefined when the number is not in 0..511. */
export function placeOfBlock(block: number): Place | undefined {
  return PLACES[PLACE_OF_BLOCK[block] ?? -1];
}

const words = new Uint32Array(4);

/** The place of an address in text form (an IPv4-mapped one included), undefined outside the plan. */
export function placeOf(ip: string): Place | undefined {
  const family = readAddress(ip, words);
  return family === 0 ? undefined : placeOfBlock(blockOfWords(family, words[0] ?? 0, words[1] ?? 0));
}

/** The blocks at places of one country (ISO 3166-1 alpha-2), ascending; empty when the plan has none there. */
export function blocksOf(countryIso: string): readonly number[] {
  return blocksByCountry.get(countryIso) ?? [];
}

/**
 * The IPv4 address `host` (0..255) of a block (0..511).
 * @throws RangeError when either is outside: it would be an address of somebody else.
 */
export function addressIn(block: number, host: number): string {
  if (!(Number.isInteger(block) && block >= 0 && block < BLOCKS)) throw new RangeError(`no block ${block}`);
  if (!(Number.isInteger(host) && host >= 0 && host < 256))
    throw new RangeError(`no host ${host} in a block`);
  return `198.${18 + (block >> 8)}.${block & 255}.${host}`;
}
