import { hashBytes } from '../hash';

/** Bits of the hash that choose a register. */
const PRECISION = 12;
const REGISTERS = 2 ** PRECISION;

/** Highest rank that the bits left of a 64-bit hash can have. */
const MOST_RANK = 64 - PRECISION + 1;

/** A mark holds a register and a rank in so many bits. */
const RANK_BITS = 6;
const MOST_MARKED = 2 ** RANK_BITS - 1;

/** Share of a count that its estimate is off by in one standard deviation: 1.04 / sqrt(registers). */
const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS);

/** `error` of an estimate, as a share of it: three standard deviations. */
const STATED_ERROR = 3 * STANDARD_ERROR;

/** How many different keys there were: exact, or an estimate that is at most `error` off, 997 times in 1 000. */
export type Distinct =
  { readonly count: number; readonly exact: true } | { readonly count: number; readonly error: number };

/** All that a sketch needs to know of a key in UTF-8: the register that it goes to and its rank there, as one number above 0. */
export function markOf(bytes: Uint8Array, from: number, to: number): number {
  const high = hashBytes(bytes, from, to, 1);
  const rest = high << PRECISION;
  const rank =
    rest === 0 ? 32 - PRECISION + Math.clz32(hashBytes(bytes, from, to, 2)) + 1 : Math.clz32(rest) + 1;
  return ((high >>> (32 - PRECISION)) << RANK_BITS) | rank;
}

/**
 * Distinct keys of any number in 4 KiB, mergeable: HyperLogLog with the 64-bit hash of Heule, Nunkesser and Hall,
 * "HyperLogLog in Practice" (EDBT 2013), and the estimator of Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches" (2017), which needs no table of corrections. The order of keys and merges changes nothing.
 */
export class DistinctCount {
  constructor(readonly registers: Uint8Array = new Uint8Array(REGISTERS)) {
    if (registers.length !== REGISTERS) throw new RangeError(`a sketch has ${REGISTERS} registers`);
  }

  /** Takes a key by its mark. */
  add(mark: number): void {
    const [register, rank] = [mark >>> RANK_BITS, mark & MOST_MARKED];
    if (rank > (this.registers[register] as number)) this.registers[register] = rank;
  }

  /** Takes all keys of another. */
  merge(other: DistinctCount): void {
    for (let i = 0; i < REGISTERS; i++) {
      const rank = other.registers[i] as number;
      if (rank > (this.registers[i] as number)) this.registers[i] = rank;
    }
  }

  /** About how many keys there were. */
  estimate(): { count: number; error: number } {
    const withRank = new Float64Array(MOST_RANK + 1);
    for (const rank of this.registers) (withRank[rank] as number) += 1;
    let z = REGISTERS * tau(1 - (withRank[MOST_RANK] as number) / REGISTERS);
    for (let rank = MOST_RANK - 1; rank >= 1; rank--) z = (z + (withRank[rank] as number)) / 2;
    z += REGISTERS * sigma((withRank[0] as number) / REGISTERS);
    const count = Math.round(REGISTERS ** 2 / (2 * Math.LN2 * z));
    return { count, error: Math.ceil(count * STATED_ERROR) };
  }
}

/** Ertl (2017), algorithm 6: what registers that are still empty add. */
function sigma(share: number): number {
  if (share === 1) return Infinity;
  let [x, y, z] = [share, 1, share];
  for (let last = NaN; z !== last;) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}

/** Ertl (2017), algorithm 6: what registers that are full add. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z] = [share, 1, 1 - share];
  for (let last = NaN; z !== last;) {
    x = Math.sqrt(x);
    last = z;
    y /= 2;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
