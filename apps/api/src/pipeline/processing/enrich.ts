import {
  blockOfWords,
  BLOCKS,
  placeOfBlock,
  readAddress,
  type Endpoint,
  type Geo,
  type NormalisedEvent,
} from '@watchfloor/contracts';
import { addLabel } from '../event-labels';
import { isInternal, kindOf, type AddressKind } from './address-ranges';
import { KeptRecords } from './kept-records';
import { SERVICE_NAMES } from './service-names';

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

/** Where an end lies, as far as a direction depends on it. */
type Side = 'internal' | 'external' | 'simulated' | undefined;

/** What the address plan says of one of its blocks. */
interface SyntheticEnd {
  readonly geo: Geo;
  readonly as: Network;
}

/** What the tables say of one address. */
interface Found {
  readonly geo: Geo | undefined;
  readonly as: Network | undefined;
}

/** IPv4 addresses whose answers are kept, in each of two generations: a few MB, and most traffic comes from few sources. */
const KEPT_ADDRESSES = 32_768;

/** At most this many addresses in `related.ip`, as the event schema has it. */
const RELATED_LIMIT = 64;

/** The end of the names of simulated hosts: nobody can have such a name (RFC 2606). */
const SIMULATED_HOSTS = '.example';

const synthetic: readonly (SyntheticEnd | undefined)[] = Array.from({ length: BLOCKS }, (_, block) => {
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
  return { geo: Object.freeze(geo), as: Object.freeze(as) };
});

const dotted = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

const sideOf = (kind: AddressKind): Side => {
  if (isInternal(kind)) return 'internal';
  return kind === 'multicast' || kind === 'reserved' ? undefined : 'external';
};

/** Simulated addresses are outside, like the real ones that they stand for. */
function directionOf(source: Side, target: Side): string | undefined {
  if (source === undefined || target === undefined) return undefined;
  if (source === 'internal') return target === 'internal' ? 'internal' : 'outbound';
  return target === 'internal' ? 'inbound' : 'external';
}

function add(ips: string[], ip: string): void {
  if (ips.length < RELATED_LIMIT && !ips.includes(ip)) ips.push(ip);
}

function relate(event: NormalisedEvent, source: string | undefined, target: string | undefined): void {
  if (source === undefined && target === undefined) return;
  const ips = event.related?.ip ?? [];
  if (source !== undefined) add(ips, source);
  if (target !== undefined) add(ips, target);
  if (event.related) event.related.ip = ips;
  else event.related = { ip: ips };
}

function describeNetwork(event: NormalisedEvent, direction: string | undefined): void {
  const port = event.destination?.port;
  const protocol = port === undefined ? undefined : SERVICE_NAMES.get(port);
  if (direction === undefined && protocol === undefined) return;
  const network = (event.network ??= {});
  if (direction !== undefined) network.direction ??= direction;
  if (protocol !== undefined) network.protocol ??= protocol;
}

/**
 * Makes the function that adds to an event, in place, what is known about its ends:
 * - `source` and `destination`: `geo` and `as`, of public addresses from the tables and of simulated ones from the
 *   address plan; other special-purpose addresses have neither. What the event already says of a real address is kept.
 *   An IPv4-mapped `ip` is rewritten as IPv4, so that one source has one name;
 * - `labels.synthetic: "true"` where the source is of the address plan, or, of an event without a source, where the host has a
 *   name in `.example` (RFC 2606), as simulated hosts have;
 * - `network.direction` (`internal`, `inbound`, `outbound`, `external`), as seen from the own network, that is private
 *   addresses and the host that wrote a log without a destination; `network.protocol` from a well-known port; only
 *   where absent;
 * - `related.ip`: both addresses.
 *
 * The same tables give the same result, applied once or twice. `geo` and `as` are shared between events: never change them.
 */
export function createEnricher({ geo, networks }: EnrichmentTables): (event: NormalisedEvent) => void {
  const words = new Uint32Array(4);

  const known = new KeptRecords(KEPT_ADDRESSES, (signed): Found => {
    const address = signed >>> 0;
    return { geo: geo?.ofIpv4(address), as: networks?.ofIpv4(address) };
  });

  const find = (family: 4 | 6, first: number, second: number): Found | undefined =>
    // Signed, the number is a small integer to the engine, which makes the better key.
    family === 4
      ? known.get(first | 0)
      : { geo: geo?.ofIpv6(first, second), as: networks?.ofIpv6(first, second) };

  const look = (end: Endpoint, family: 4 | 6): void => {
    const found = find(family, words[0] ?? 0, words[1] ?? 0);
    if (found?.geo) end.geo ??= found.geo;
    if (found?.as) end.as ??= found.as;
  };

  /** Enriches one end and says on which side it is. */
  const describe = (end: Endpoint): Side => {
    if (end.ip === undefined) return undefined;
    const family = readAddress(end.ip, words);
    if (family === 0) return undefined;
    const first = words[0] ?? 0;
    if (family === 4 && end.ip.includes(':')) end.ip = dotted(first);
    const plan = synthetic[blockOfWords(family, first, words[1] ?? 0)];
    if (plan) {
      end.geo = plan.geo;
      end.as = plan.as;
      return 'simulated';
    }
    const kind = kindOf(family, words);
    if (kind === 'public') look(end, family);
    return sideOf(kind);
  };

  return (event) => {
    const { source, destination, host } = event;
    const from = source && describe(source);
    const to = destination && describe(destination);
    const atOwnHost = destination?.ip === undefined && host?.name !== undefined;
    const isSimulated = from === undefined ? host?.name?.endsWith(SIMULATED_HOSTS) : from === 'simulated';
    if (isSimulated) addLabel(event, 'synthetic', 'true');
    describeNetwork(event, directionOf(from, atOwnHost ? 'internal' : to));
    relate(event, source?.ip, destination?.ip);
  };
}
