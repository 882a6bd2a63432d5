import { readAddress } from '@watchfloor/contracts';
import { sha1OfBlock } from './sha1-block';

/** IANA protocol numbers whose flows have ports, or (ICMP) a type and a code in their place. */
export const PROTOCOL_NUMBER = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 } as const;

/** The five values that name a flow. For ICMP, `sourcePort` is the type and `destinationPort` the code. */
export interface FlowTuple {
  /** IANA protocol number. */
  readonly protocol: number;
  readonly sourceIp: string;
  readonly destinationIp: string;
  readonly sourcePort?: number | undefined;
  readonly destinationPort?: number | undefined;
}

/** Types that ask and answer each other: the answer stands in for the port of the other end. */
const ICMP_COUNTERPART: ReadonlyMap<number, number> = bothWays([
  [8, 0],
  [10, 9],
  [13, 14],
  [15, 16],
  [17, 18],
]);
const ICMP6_COUNTERPART: ReadonlyMap<number, number> = bothWays([
  [128, 129],
  [130, 131],
  [133, 134],
  [135, 136],
  [139, 140],
  [144, 145],
]);

function bothWays(pairs: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Two base64 characters for each 12-bit number. */
const BASE64_PAIRS = Array.from({ length: 4096 }, (_, n) => BASE64.charAt(n >> 6) + BASE64.charAt(n & 63));

const source = new Uint32Array(4);
const destination = new Uint32Array(4);
const block = new Int32Array(16);
const digest = new Int32Array(5);

/**
 * Community ID version 1 of a flow: the same text for both directions, in every tool that computes it
 * (https://github.com/corelight/community-id-spec). `seed` is 0-65 535, as configured in the other tools.
 * Undefined where an address is none, the families differ, or a protocol with ports has none.
 */
export function communityId(flow: FlowTuple, seed = 0): string | undefined {
  const family = readAddress(flow.sourceIp, source);
  if (family === 0 || readAddress(flow.destinationIp, destination) !== family) return undefined;
  const { protocol } = flow;
  const words = family === 4 ? 1 : 4;
  if (!hasPorts(protocol)) return fingerprint(seed, protocol, words, compare(words) <= 0, undefined);

  let first = flow.sourcePort;
  let second = flow.destinationPort;
  if (first === undefined) return undefined;
  const counterpart = counterparts(protocol)?.get(first);
  const oneWay = counterpart === undefined && isIcmp(protocol);
  second = counterpart ?? second;
  if (second === undefined) return undefined;
  const order = compare(words);
  const inOrder = oneWay || order < 0 || (order === 0 && first <= second);
  if (!inOrder) [first, second] = [second, first];
  return fingerprint(seed, protocol, words, inOrder, ((first << 16) | second) >>> 0);
}

/** The form of version 1: what a log may already carry. Anything else in its place is no Community ID. */
export function isCommunityId(text: unknown): text is string {
  return typeof text === 'string' && text.length === 30 && /^1:[A-Za-z0-9+/]{27}=$/.test(text);
}

function isIcmp(protocol: number): boolean {
  return protocol === PROTOCOL_NUMBER.icmp || protocol === PROTOCOL_NUMBER.icmp6;
}

function hasPorts(protocol: number): boolean {
  return (
    protocol === PROTOCOL_NUMBER.tcp ||
    protocol === PROTOCOL_NUMBER.udp ||
    protocol === PROTOCOL_NUMBER.sctp ||
    isIcmp(protocol)
  );
}

function counterparts(protocol: number): ReadonlyMap<number, number> | undefined {
  if (protocol === PROTOCOL_NUMBER.icmp) return ICMP_COUNTERPART;
  return protocol === PROTOCOL_NUMBER.icmp6 ? ICMP6_COUNTERPART : undefined;
}

/** Orders the two addresses as numbers. */
function compare(words: number): number {
  for (let at = 0; at < words; at++) {
    const difference = (source[at] ?? 0) - (destination[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Hashes seed (2 bytes), both addresses, protocol (1 byte), a zero byte and, where there are any, both ports. */
function fingerprint(
  seed: number,
  protocol: number,
  words: number,
  inOrder: boolean,
  ports: number | undefined,
): string {
  let carry = seed;
  let at = 0;
  for (const address of inOrder ? [source, destination] : [destination, source]) {
    for (let k = 0; k < words; k++) {
      const word = address[k] ?? 0;
      block[at++] = (carry << 16) | (word >>> 16);
      carry = word & 0xffff;
    }
  }
  block[at++] = (carry << 16) | (protocol << 8);
  if (ports !== undefined) block[at++] = ports;
  sha1OfBlock(block, at * 4, digest);
  return `1:${base64OfDigest()}`;
}

/** 160 bits are 13 groups of 12 and four bits more. */
function base64OfDigest(): string {
  let text = '';
  for (let bit = 0; bit < 156; bit += 12) {
    const word = bit >> 5;
    const end = (bit & 31) + 12;
    const low = digest[word] ?? 0;
    const twelve =
      end <= 32 ? low >>> (32 - end) : (low << (end - 32)) | ((digest[word + 1] ?? 0) >>> (64 - end));
    text += BASE64_PAIRS[twelve & 0xfff] ?? '';
  }
  return `${text}${BASE64.charAt(((digest[4] ?? 0) & 15) << 2)}=`;
}
