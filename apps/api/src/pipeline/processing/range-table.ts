/**
 * A flattened map from address ranges to record numbers, without gaps: range n reaches from its start to the start of
 * range n+1, record 0 means "nothing known". A start is a number of which the lower 16 bits are kept per range and the
 * rest in an index, so a range costs 5 bytes: 2 of start, 3 of record number.
 */
export interface RangeColumns {
  /** The lower 16 bits of each start, ascending within one upper part. */
  readonly lows: Uint16Array;
  /** The record number: lower 16 bits and upper 8. */
  readonly recordLows: Uint16Array;
  readonly recordHighs: Uint8Array;
}

/** IPv4: the upper part is the first 16 bits; its ranges are `offsets[upper]` up to `offsets[upper + 1]`. */
export interface Ipv4Ranges extends RangeColumns {
  readonly offsets: Uint32Array;
}

/** IPv6 down to /48: the upper part is the first 32 bits, of which only those that occur are listed, ascending. */
export interface Ipv6Ranges extends RangeColumns {
  readonly uppers: Uint32Array;
  /** One more than `uppers`. */
  readonly offsets: Uint32Array;
}

/** How many bits of an IPv6 address a range start has. What is smaller than a /48 is one site's own business. */
export const IPV6_BITS = 48;

/** The largest record number that fits the columns. */
export const MAX_RECORD = 0xff_ffff;

const LOW = 0x1_0000;

/** The last position in `[from, to)` whose start is at most `low`, or `from - 1`: the range that began before. */
function lastAtMost(lows: Uint16Array | Uint32Array, low: number, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((lows[middle] ?? 0) <= low) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

function recordAt(columns: RangeColumns, position: number): number {
  return position < 0 ? 0 : (columns.recordLows[position] ?? 0) + (columns.recordHighs[position] ?? 0) * LOW;
}

/** The record of an IPv4 address given as an unsigned 32-bit number; 0 when nothing is known. */
export function findIpv4(ranges: Ipv4Ranges, address: number): number {
  const upper = address >>> 16;
  const { lows, offsets } = ranges;
  const position = lastAtMost(lows, address & 0xffff, offsets[upper] ?? 0, offsets[upper + 1] ?? 0);
  return recordAt(ranges, position);
}

/** The record of an IPv6 address given by its first two 32-bit words; 0 when nothing is known. */
export function findIpv6(ranges: Ipv6Ranges, first: number, second: number): number {
  const { uppers, offsets, lows } = ranges;
  const at = lastAtMost(uppers, first, 0, uppers.length);
  if (at < 0) return 0;
  const to = offsets[at + 1] ?? 0;
  if (uppers[at] !== first) return recordAt(ranges, to - 1);
  return recordAt(ranges, lastAtMost(lows, second >>> 16, offsets[at] ?? 0, to));
}
