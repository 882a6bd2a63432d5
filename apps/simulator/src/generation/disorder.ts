import type { SeededRandom } from './seeded-random';

/** What goes wrong between a program and the collector. Shares are 0 to 1, spans microseconds; all 0 is perfect order. */
export interface DisorderPlan {
  /** Each line is held back by up to this long, so that neighbours overtake each other. */
  readonly shuffledUs: number;
  /** A share of the lines is held back for up to `delayedUs`. */
  readonly delayedShare: number;
  readonly delayedUs: number;
  /** A share of the lines is written twice. */
  readonly duplicatedShare: number;
  /** A share of the lines is torn: only the beginning was written. */
  readonly malformedShare: number;
  /** Each target's clock is wrong by up to this much, ahead or behind. */
  readonly skewUs: number;
}

export const IN_ORDER: DisorderPlan = {
  shuffledUs: 0,
  delayedShare: 0,
  delayedUs: 0,
  duplicatedShare: 0,
  malformedShare: 0,
  skewUs: 0,
};

/** No native format says anything in so few characters: a line cut here is unreadable in every one. */
const LONGEST_TORN_LINE = 14;

/** Decides line by line what goes wrong, from a random source of its own: the lines themselves stay the same. */
export class Disorder {
  constructor(
    private readonly plan: DisorderPlan,
    private readonly random: SeededRandom,
  ) {}

  /** How long the next line is held back. */
  delayUs(): number {
    const { shuffledUs, delayedShare, delayedUs } = this.plan;
    const shuffled = shuffledUs === 0 ? 0 : this.random.below(shuffledUs);
    const delayed = delayedShare > 0 && this.random.chance(delayedShare) ? this.random.below(delayedUs) : 0;
    return shuffled + delayed;
  }

  duplicates(): boolean {
    return this.plan.duplicatedShare > 0 && this.random.chance(this.plan.duplicatedShare);
  }

  /** What is left of a line that is torn; undefined for one that is not. */
  tear(text: string): string | undefined {
    if (this.plan.malformedShare === 0 || !this.random.chance(this.plan.malformedShare)) return undefined;
    return text.slice(0, this.random.between(3, LONGEST_TORN_LINE));
  }

  /** The error of one target's clock. */
  skewUs(): number {
    const { skewUs } = this.plan;
    return skewUs === 0 ? 0 : this.random.between(-skewUs, skewUs);
  }
}
