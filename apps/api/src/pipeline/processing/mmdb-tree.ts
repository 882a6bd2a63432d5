import Decoder from 'mmdb-lib/lib/decoder';
import { parseMetadata, type Metadata } from 'mmdb-lib/lib/metadata';
import { IPV6_BITS } from './range-table';

/** An open MaxMind DB file (format 2.0, https://maxmind.github.io/MaxMind-DB/). */
export interface MmdbFile {
  readonly bytes: Buffer;
  readonly metadata: Metadata;
}

/** The places in the data section that a range refers to. 0: nothing is known. */
export type Pointer = number;

/** Called once per leaf, in ascending order. */
export interface TreeVisitor {
  /** From `start` (IPv4: 32 bits, IPv6: the first 48 bits) on, until the next call. */
  range(start: number, pointer: Pointer): void;
  /** The /48 at `start` has several answers inside, these, each once. */
  shared(start: number, pointers: readonly Pointer[]): void;
}

/** Between the tree and the data section. */
const SEPARATOR_BYTES = 16;
/** IPv4 lies under ::/96 of an IPv6 tree. */
const IPV4_DEPTH = 96;

/** @throws Error when `bytes` are no MaxMind DB. */
export function openMmdb(bytes: Buffer): MmdbFile {
  return { bytes, metadata: parseMetadata(bytes) };
}

/** Reads what a pointer refers to. */
export function dataReader({ bytes, metadata }: MmdbFile): (pointer: Pointer) => unknown {
  const decoder = new Decoder(bytes, metadata.searchTreeSize + SEPARATOR_BYTES);
  const offset = metadata.searchTreeSize - metadata.nodeCount;
  return (pointer) => decoder.decodeFast(pointer + offset).value;
}

/** The record of one branch: a node below `nodeCount`, "nothing" at `nodeCount`, a pointer above. */
type Branch = (node: number, bit: 0 | 1) => number;

function branchReader({ bytes, metadata }: MmdbFile): Branch {
  const byte = (at: number): number => bytes[at] ?? 0;
  const three = (at: number): number => (byte(at) << 16) | (byte(at + 1) << 8) | byte(at + 2);
  switch (metadata.recordSize) {
    case 24:
      return (node, bit) => three(node * 6 + bit * 3);
    case 28:
      return (node, bit) =>
        bit === 0
          ? ((byte(node * 7 + 3) >>> 4) << 24) | three(node * 7)
          : ((byte(node * 7 + 3) & 15) << 24) | three(node * 7 + 4);
    default:
      return (node, bit) => ((byte(node * 8 + bit * 4) << 24) | three(node * 8 + bit * 4 + 1)) >>> 0;
  }
}

/** The root of the IPv4 addresses. */
function ipv4Root({ metadata }: MmdbFile, branch: Branch): number {
  let node = 0;
  for (
    let depth = 0;
    metadata.ipVersion === 6 && depth < IPV4_DEPTH && node < metadata.nodeCount;
    depth += 1
  ) {
    node = branch(node, 0);
  }
  return node;
}

/** Visits all IPv4 ranges of a file, whether it is for IPv4 or holds IPv4 under ::/96. */
export function walkIpv4(file: MmdbFile, visitor: TreeVisitor): void {
  const branch = branchReader(file);
  const { nodeCount } = file.metadata;
  const visit = (node: number, depth: number, start: number): void => {
    if (node >= nodeCount) return visitor.range(start, node === nodeCount ? 0 : node);
    visit(branch(node, 0), depth + 1, start);
    visit(branch(node, 1), depth + 1, start + 2 ** (31 - depth));
  };
  visit(ipv4Root(file, branch), 0, 0);
}

/**
 * Visits all IPv6 ranges down to /48. A file for IPv4 has none: asked for an IPv6 address its tree would answer for the
 * IPv4 address made of the first 32 bits. Where IPv4 lies in the tree, and where it is repeated for 6to4, Teredo and
 * mapped addresses, nothing is visited: an address there is not where its IPv4 part is.
 */
export function walkIpv6(file: MmdbFile, visitor: TreeVisitor): void {
  const { nodeCount, ipVersion } = file.metadata;
  if (ipVersion !== 6) return;
  const branch = branchReader(file);
  const ipv4 = ipv4Root(file, branch);
  const gather = (node: number, found: Set<Pointer>): Set<Pointer> => {
    if (node >= nodeCount) return node === nodeCount ? found : found.add(node);
    return node === ipv4 ? found : gather(branch(node, 1), gather(branch(node, 0), found));
  };
  const visit = (node: number, depth: number, start: number): void => {
    if (node >= nodeCount) return visitor.range(start, node === nodeCount ? 0 : node);
    if (node === ipv4) return visitor.range(start, 0);
    if (depth === IPV6_BITS) return visitor.shared(start, [...gather(node, new Set())]);
    visit(branch(node, 0), depth + 1, start);
    visit(branch(node, 1), depth + 1, start + 2 ** (IPV6_BITS - 1 - depth));
  };
  visit(0, 0, 0);
}
