import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const UINT32 = 4_294_967_296;
/** The first numbers of xoroshiro128+ still show a seed with few bits; these many are thrown away. */
const WARM_UP = 24;

/**
 * FNV-1a (32 bit) of a text, mixed as MurmurHash3 ends: turns the path of a part of a run (`7/ssh/guessing/0`) into its
 * seed. Without the mixing, paths that differ in the last digit would have seeds that differ in few bits.
 */
export function seedOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * The only source of chance in the simulator. Every result comes from 32-bit integers by exact IEEE operations, so a
 * seed gives the same sequence on every machine and Node version.
 */
export class SeededRandom {
  private readonly generator: RandomGenerator;

  constructor(path: string) {
    this.generator = xoroshiro128plus(seedOf(path));
    for (let round = 0; round < WARM_UP; round += 1) this.generator.next();
  }

  /** An integer of 0 to `bound` - 1. The bias is below `bound` / 2^32, which no scenario can see. */
  below(bound: number): number {
    return Math.floor(((this.generator.next() >>> 0) * bound) / UINT32);
  }

  /** An integer of `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** A multiple of 2^-32 in (0, 1]: never zero, so that it may be divided by and have a logarithm. */
  unit(): number {
    return ((this.generator.next() >>> 0) + 1) / UINT32;
  }

  /** True with this probability (0 to 1). */
  chance(probability: number): boolean {
    return this.generator.next() >>> 0 < probability * UINT32;
  }

  /**
   * One of the choices, each as likely.
   * @throws RangeError when there is none.
   */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  }

  /** `length` characters of an alphabet. */
  text(alphabet: string, length: number): string {
    let text = '';
    for (let at = 0; at < length; at += 1) text += alphabet.charAt(this.below(alphabet.length));
    return text;
  }
}

/** Draws from choices with integer or decimal weights (all > 0). */
export class WeightedChoice<T> {
  private readonly sums: number[] = [];
  private readonly total: number;

  constructor(
    private readonly choices: readonly T[],
    weights: readonly number[],
  ) {
    let sum = 0;
    for (const weight of weights) this.sums.push((sum += weight));
    this.total = sum;
  }

  /** @throws RangeError when there is no choice. */
  draw(random: SeededRandom): T {
    const at = random.unit() * this.total;
    const index = this.sums.findIndex((sum) => at <= sum);
    const choice = this.choices[index < 0 ? this.choices.length - 1 : index];
    if (choice === undefined) throw new RangeError('nothing to draw from');
    return choice;
  }
}
