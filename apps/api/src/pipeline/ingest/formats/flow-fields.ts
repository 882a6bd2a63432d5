import type { Endpoint, NormalisedEvent } from '@watchfloor/contracts';
import { communityId, isCommunityId, PROTOCOL_NUMBER } from '../community-id';

type Network = NonNullable<NormalisedEvent['network']>;

/** One flow or packet as a sensor names it. For ICMP the ports are type and code. */
export interface FlowEnds {
  /** Name or number of the protocol, in any case: `TCP`, `icmp`, `IPv6-ICMP`, `47`. */
  readonly protocol: string | undefined;
  readonly sourceIp: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly destinationIp: string | undefined;
  readonly destinationPort?: number | undefined;
  /** A Community ID that the sensor wrote itself: it knows its own seed. */
  readonly loggedCommunityId?: unknown;
}

interface Transport {
  readonly name: string;
  readonly number: number;
}

/** IANA protocol numbers (https://www.iana.org/assignments/protocol-numbers), those that appear in logs by name. */
const TRANSPORTS: readonly Transport[] = [
  { name: 'icmp', number: PROTOCOL_NUMBER.icmp },
  { name: 'igmp', number: 2 },
  { name: 'ipip', number: 4 },
  { name: 'tcp', number: PROTOCOL_NUMBER.tcp },
  { name: 'udp', number: PROTOCOL_NUMBER.udp },
  { name: 'ipv6', number: 41 },
  { name: 'gre', number: 47 },
  { name: 'esp', number: 50 },
  { name: 'ah', number: 51 },
  { name: 'ipv6-icmp', number: PROTOCOL_NUMBER.icmp6 },
  { name: 'ospf', number: 89 },
  { name: 'pim', number: 103 },
  { name: 'vrrp', number: 112 },
  { name: 'sctp', number: PROTOCOL_NUMBER.sctp },
  { name: 'udplite', number: 136 },
];
const ALIASES: readonly (readonly [string, string])[] = [
  ['icmpv6', 'ipv6-icmp'],
  ['icmp6', 'ipv6-icmp'],
];
const IPV6_ICMP: Transport = { name: 'ipv6-icmp', number: PROTOCOL_NUMBER.icmp6 };

const byText: ReadonlyMap<string, Transport> = transportsByText();

function transportsByText(): ReadonlyMap<string, Transport> {
  const texts = new Map<string, Transport>();
  for (const transport of TRANSPORTS) {
    texts.set(transport.name, transport);
    texts.set(transport.name.toUpperCase(), transport);
    texts.set(String(transport.number), transport);
  }
  for (const [alias, name] of ALIASES) {
    const transport = texts.get(name);
    if (transport) texts.set(alias, transport);
  }
  return texts;
}

function transportOf({ protocol, sourceIp }: FlowEnds): Transport | undefined {
  if (protocol === undefined) return undefined;
  const found = byText.get(protocol) ?? byText.get(protocol.toLowerCase());
  return found?.number === PROTOCOL_NUMBER.icmp && sourceIp?.includes(':') ? IPV6_ICMP : found;
}

/** `network.{transport,type,iana_number,community_id}` of a flow, as far as its ends are known. */
export function networkOf(ends: FlowEnds): Network {
  const network: Network = {};
  const transport = transportOf(ends);
  if (transport) {
    network.transport = transport.name;
    network.iana_number = String(transport.number);
  }
  if (ends.sourceIp !== undefined) network.type = ends.sourceIp.includes(':') ? 'ipv6' : 'ipv4';
  const id = isCommunityId(ends.loggedCommunityId) ? ends.loggedCommunityId : computedId(ends, transport);
  if (id !== undefined) network.community_id = id;
  return network;
}

function computedId(ends: FlowEnds, transport: Transport | undefined): string | undefined {
  const { sourceIp, destinationIp } = ends;
  if (!transport || sourceIp === undefined || destinationIp === undefined) return undefined;
  return communityId({
    protocol: transport.number,
    sourceIp,
    sourcePort: ends.sourcePort,
    destinationIp,
    destinationPort: ends.destinationPort,
  });
}

/** True where the ports of a flow are the type and code of ICMP, which are no ports to show. */
export function hasIcmpPorts(network: Network): boolean {
  return network.transport === 'icmp' || network.transport === 'ipv6-icmp';
}

/** An end of a flow; undefined when nothing of it is known. */
export function endpointOf(ip: string | undefined, port: number | undefined): Endpoint | undefined {
  if (ip === undefined) return port === undefined ? undefined : { port };
  return port === undefined ? { ip } : { ip, port };
}

/** `related.ip`: each address of the event once. */
export function relatedIps(
  sourceIp: string | undefined,
  destinationIp: string | undefined,
): NormalisedEvent['related'] {
  if (sourceIp === undefined) return destinationIp === undefined ? undefined : { ip: [destinationIp] };
  return destinationIp === undefined || destinationIp === sourceIp
    ? { ip: [sourceIp] }
    : { ip: [sourceIp, destinationIp] };
}
