import { type Endpoint, type NormalisedEvent, readAddress } from '@watchfloor/contracts';
import { addLabel } from '../event-labels';
import { isInternal, kindOf } from './address-ranges';
import { plannedPlace } from './address-place';
import type { AddressPlace } from './address-place';
import { SERVICE_NAMES } from './service-names';

/** Where an end lies, as far as a direction depends on it. */
export type Side = 'internal' | 'external' | 'simulated' | undefined;

/** At most this many addresses in `related.ip`, as the event schema has it. */
const RELATED_LIMIT = 64;

/** The end of the names of simulated hosts: nobody can have such a name (RFC 2606). */
const SIMULATED_HOSTS = '.example';

const words = new Uint32Array(4);

/**
 * Adds to an event, in place, what is known about its ends:
 * - `source` and `destination`: `geo` and `as` as `from` and `to` say. What the event already says of a real address is
 *   kept; of an address of the simulator's plan it is always the plan's;
 * - `labels.synthetic: "true"` where the source is of the address plan, or where there is none and the host has a name that
 *   only simulated ones have;
 * - `network.direction` (`internal`, `inbound`, `outbound`, `external`), as seen from the own network, that is private
 *   addresses and the host that wrote a log without a destination; `network.protocol` from a well-known port; only
 *   where absent;
 * - `related.ip`: both addresses.
 *
 * Applied once or twice gives the same. `geo` and `as` are shared between events: never change them.
 */
export function describe(
  event: NormalisedEvent,
  from: AddressPlace | undefined,
  to: AddressPlace | undefined,
): void {
  const { source, destination, host } = event;
  const fromSide = source && placeEnd(source, from);
  const toSide = destination && placeEnd(destination, to);
  const atOwnHost = destination?.ip === undefined && host?.name !== undefined;
  const isSimulated =
    fromSide === undefined ? host?.name?.endsWith(SIMULATED_HOSTS) : fromSide === 'simulated';
  if (isSimulated) addLabel(event, 'synthetic', 'true');
  describeNetwork(event, directionOf(fromSide, atOwnHost ? 'internal' : toSide));
  relate(event, source?.ip, destination?.ip);
}

/** What `describe` may add to an event. */
const DESCRIBED =
  /^(?:(?:source|destination)\.(?:geo|as)\.|network\.(?:direction|protocol)$|related\.ip$|labels\.synthetic$)/;

/** Whether the field at a dotted path may come from `describe`. */
export function isDescribed(path: string): boolean {
  return DESCRIBED.test(path);
}

/** Puts one end in its place and says on which side it is. */
function placeEnd(end: Endpoint, place: AddressPlace | undefined): Side {
  if (end.ip === undefined) return undefined;
  const side = sideOf(end.ip);
  if (side === 'simulated') {
    if (place?.geo) end.geo = place.geo;
    if (place?.as) end.as = place.as;
  } else {
    if (place?.geo) end.geo ??= place.geo;
    if (place?.as) end.as ??= place.as;
  }
  return side;
}

/** The side that an address is on; undefined of what is no address, or of none that a host can have. */
export function sideOf(ip: string): Side {
  const family = readAddress(ip, words);
  if (family === 0) return undefined;
  if (plannedPlace(family, words) !== undefined) return 'simulated';
  const kind = kindOf(family, words);
  if (isInternal(kind)) return 'internal';
  return kind === 'multicast' || kind === 'reserved' ? undefined : 'external';
}

/** `network.direction` by the sides of both ends. Simulated addresses are outside, like the real ones that they stand for. */
export function directionOf(source: Side, target: Side): string | undefined {
  if (source === undefined || target === undefined) return undefined;
  if (source === 'internal') return target === 'internal' ? 'internal' : 'outbound';
  return target === 'internal' ? 'inbound' : 'external';
}

function relate(event: NormalisedEvent, source: string | undefined, target: string | undefined): void {
  const known = event.related?.ip ?? [];
  const more = [source, target].filter(
    (ip, at, ends): ip is string => ip !== undefined && !known.includes(ip) && ends.indexOf(ip) === at,
  );
  if (more.length === 0) return;
  const ip = [...known, ...more].slice(0, RELATED_LIMIT);
  if (event.related) event.related.ip = ip;
  else event.related = { ip };
}

function describeNetwork(event: NormalisedEvent, direction: string | undefined): void {
  const port = event.destination?.port;
  const protocol = port === undefined ? undefined : SERVICE_NAMES.get(port);
  if (direction === undefined && protocol === undefined) return;
  const network = (event.network ??= {});
  if (direction !== undefined) network.direction ??= direction;
  if (protocol !== undefined) network.protocol ??= protocol;
}
