import type { AddressFamily } from '@watchfloor/contracts';

/** What an address is by its range alone. `public`: the only kind that a database may be asked about. */
export type AddressKind =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'shared'
  | 'benchmark'
  | 'documentation'
  | 'multicast'
  | 'reserved';

/**
 * The IANA IPv4 Special-Purpose Address Registry (https://www.iana.org/assignments/iana-ipv4-special-registry) and the
 * multicast range (RFC 5771). The first match counts.
 */
const IPV4_RANGES: readonly (readonly [network: string, kind: AddressKind])[] = [
  ['0.0.0.0/8', 'reserved'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  // PCP and TURN anycast are said to be globally reachable, the rest of the block is not.
  ['192.0.0.9/32', 'public'],
  ['192.0.0.10/32', 'public'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmark'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
];

/**
 * The IANA IPv6 Special-Purpose Address Registry (https://www.iana.org/assignments/iana-ipv6-special-registry) and the
 * multicast range (RFC 4291): first two words, length, kind. `::`, `::1` and mapped addresses are decided apart.
 */
const IPV6_RANGES: readonly (readonly [first: number, second: number, bits: number, kind: AddressKind])[] = [
  [0x0064_ff9b, 0x0001_0000, 48, 'private'],
  [0x0100_0000, 0, 64, 'reserved'],
  [0x2001_0002, 0, 48, 'benchmark'],
  [0x2001_0010, 0, 28, 'reserved'],
  [0x2001_0db8, 0, 32, 'documentation'],
  [0x3fff_0000, 0, 20, 'documentation'],
  [0x5f00_0000, 0, 16, 'reserved'],
  [0xfc00_0000, 0, 7, 'private'],
  [0xfe80_0000, 0, 10, 'link-local'],
  [0xfec0_0000, 0, 10, 'reserved'],
  [0xff00_0000, 0, 8, 'multicast'],
];

const IPV6_LOOPBACK = 1;
const KINDS: readonly AddressKind[] = [...new Set(IPV4_RANGES.map(([, kind]) => kind))];
const PUBLIC = KINDS.indexOf('public');

const maskOf = (bits: number): number => (bits === 0 ? 0 : (-1 << (32 - Math.min(bits, 32))) >>> 0);

const ipv4Rules = IPV4_RANGES.map(([network, kind]) => {
  const [address = '', bits] = network.split('/');
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { value, mask: maskOf(Number(bits)), kind };
});

const matches = (address: number, value: number, mask: number): boolean => (address & mask) >>> 0 === value;

/** By first octet: the kind where the whole /8 has one, -1 where the rules must be asked. */
const byFirstOctet = Int8Array.from({ length: 256 }, (_, octet) => {
  const first = (octet << 24) >>> 0;
  const covering = ipv4Rules.find(
    ({ value, mask }) => mask >>> 0 <= 0xff00_0000 && matches(first, value, mask),
  );
  if (covering) return KINDS.indexOf(covering.kind);
  return ipv4Rules.some(({ value }) => value >>> 24 === octet) ? -1 : PUBLIC;
});

/** The kind of an IPv4 address given as an unsigned 32-bit number. */
export function kindOfIpv4(address: number): AddressKind {
  const kind = KINDS[byFirstOctet[address >>> 24] ?? -1];
  if (kind) return kind;
  return ipv4Rules.find(({ value, mask }) => matches(address, value, mask))?.kind ?? 'public';
}

/** The kind of an IPv6 address given by its four words. */
export function kindOfIpv6([first = 0, second = 0, third = 0, fourth = 0]: Uint32Array): AddressKind {
  // Global unicast, where nearly all addresses lie, has two special parts: 2001::/16 and 3fff::/20.
  const global = first >>> 29 === 1 && first >>> 16 !== 0x2001 && first >>> 16 !== 0x3fff;
  if (global) return 'public';
  if (first === 0 && second === 0) {
    const isLoopback = third === 0 && fourth === IPV6_LOOPBACK;
    return isLoopback ? 'loopback' : 'reserved';
  }
  const rule = IPV6_RANGES.find(
    ([value, next, bits]) =>
      matches(first, value, maskOf(bits)) && (bits <= 32 || matches(second, next, maskOf(bits - 32))),
  );
  if (rule) return rule[3];
  return first >>> 29 === 1 || first === 0x0064_ff9b ? 'public' : 'reserved';
}

/** The kind of an address that `readAddress` has read. */
export function kindOf(family: Exclude<AddressFamily, 0>, words: Uint32Array): AddressKind {
  return family === 4 ? kindOfIpv4(words[0] ?? 0) : kindOfIpv6(words);
}

/** Kinds that mean an address of one's own network. */
export function isInternal(kind: AddressKind): boolean {
  return kind === 'private' || kind === 'loopback' || kind === 'link-local' || kind === 'shared';
}
