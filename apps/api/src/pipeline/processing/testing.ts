import { readAddress } from '@watchfloor/contracts';

/** A network in CIDR form and what a database says of it. */
export type MmdbEntry = readonly [cidr: string, value: unknown];

export interface MmdbOptions {
  readonly ipVersion?: 4 | 6;
  readonly recordSize?: 24 | 28 | 32;
  readonly databaseType?: string;
  /** Networks that point to the root of IPv4, as MaxMind repeats it for 6to4, Teredo and mapped addresses. */
  readonly aliases?: readonly string[];
}

type Trie = { branches: [Trie | number, Trie | number] };

const NOTHING = -1;

function encode(value: unknown): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    if (text.length > 28) throw new RangeError('text too long for a fixture');
    return Buffer.concat([Buffer.from([(2 << 5) | text.length]), text]);
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
    const bytes = Buffer.alloc(5, (6 << 5) | 4);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9, (3 << 5) | 8);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...entries.flat().map(encode)]);
}

/** The bits of a network in a tree of the given version: IPv4 lies under ::/96 of an IPv6 tree. */
function bitsOf(cidr: string, ipVersion: 4 | 6): string {
  const [address = '', length] = cidr.split('/');
  const words = new Uint32Array(4);
  const family = readAddress(address, words);
  if (family === 0) throw new TypeError(`no address: ${cidr}`);
  const bits = [...words.subarray(0, family === 4 ? 1 : 4)]
    .map((word) => word.toString(2).padStart(32, '0'))
    .join('');
  const own = bits.slice(0, Number(length));
  return family === 4 && ipVersion === 6 ? '0'.repeat(96) + own : own;
}

const node = (): Trie => ({ branches: [NOTHING, NOTHING] });

function insert(root: Trie, bits: string, leaf: Trie | number): void {
  let at = root;
  for (const bit of bits.slice(0, -1)) {
    const side = bit === '1' ? 1 : 0;
    const next = at.branches[side];
    at = typeof next === 'number' ? (at.branches[side] = node()) : next;
  }
  at.branches[bits.endsWith('1') ? 1 : 0] = leaf;
}

function descend(root: Trie, bits: string): Trie | number {
  let at: Trie | number = root;
  for (const bit of bits) {
    if (typeof at === 'number') return at;
    at = at.branches[bit === '1' ? 1 : 0];
  }
  return at;
}

function writeNode(bytes: Buffer, at: number, size: number, [left, right]: readonly [number, number]): void {
  if (size === 24) {
    bytes.writeUIntBE(left, at, 3);
    bytes.writeUIntBE(right, at + 3, 3);
  } else if (size === 28) {
    bytes.writeUIntBE(left & 0xff_ffff, at, 3);
    bytes[at + 3] = ((left >>> 24) << 4) | (right >>> 24);
    bytes.writeUIntBE(right & 0xff_ffff, at + 4, 3);
  } else {
    bytes.writeUInt32BE(left, at);
    bytes.writeUInt32BE(right, at + 4);
  }
}

/** Writes a small MaxMind DB. Entries must not overlap. */
export function anMmdb(entries: readonly MmdbEntry[], options: MmdbOptions = {}): Buffer {
  const { ipVersion = 4, recordSize = 28, databaseType = 'test', aliases = [] } = options;
  const root = node();
  const values = entries.map(([, value]) => encode(value));
  entries.forEach(([cidr], at) => insert(root, bitsOf(cidr, ipVersion), at));
  const ipv4 = descend(root, '0'.repeat(96));
  aliases.forEach((cidr) => insert(root, bitsOf(cidr, ipVersion), ipv4));

  const nodes: Trie[] = [];
  const numbers = new Map<Trie, number>();
  const collect = (trie: Trie | number): void => {
    if (typeof trie === 'number' || numbers.has(trie)) return;
    numbers.set(trie, nodes.push(trie) - 1);
    trie.branches.forEach(collect);
  };
  collect(root);
  let end = 0;
  const offsets = values.map((value) => (end += value.length) - value.length);
  const recordOf = (branch: Trie | number): number => {
    if (typeof branch !== 'number') return numbers.get(branch) ?? 0;
    return branch === NOTHING ? nodes.length : nodes.length + 16 + (offsets[branch] ?? 0);
  };
  const tree = Buffer.alloc((nodes.length * recordSize) / 4);
  nodes.forEach(({ branches: [left, right] }, at) =>
    writeNode(tree, (at * recordSize) / 4, recordSize, [recordOf(left), recordOf(right)]),
  );
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_780_000_000,
    database_type: databaseType,
    ip_version: ipVersion,
    node_count: nodes.length,
    record_size: recordSize,
  });
  const marker = Buffer.from('ABCDEF4D61784D696E642E636F6D', 'hex');
  return Buffer.concat([tree, Buffer.alloc(16), ...values, marker, metadata]);
}
