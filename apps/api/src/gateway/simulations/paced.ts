import type { Clock } from '../../pipeline/clock';

/** Answers are given again for at least this long, in ms. */
const SHORTEST_MS = 1_000;
/** An answer is kept this many times as long as it took, so that asking all the time costs a tenth of a core at most. */
const REST = 10;
const MOST_KEPT = 100;

interface Kept<T> {
  readonly answer: Promise<T>;
  /** Wall clock until which it is given again; Infinity while it is being worked out. */
  until: number;
}

/** Answers to questions that are dear and are asked again and again: asked at the same time, they are worked out once. */
export class Paced<T> {
  readonly #kept = new Map<string, Kept<T>>();

  constructor(private readonly clock: Clock) {}

  /** The answer of a short while ago, or a new one. One that failed is not kept. */
  async answer(question: string, work: () => Promise<T>): Promise<T> {
    const now = this.clock();
    const known = this.#kept.get(question);
    if (known !== undefined && now < known.until) return known.answer;
    const kept: Kept<T> = { answer: work(), until: Infinity };
    this.#keep(question, kept);
    try {
      const answer = await kept.answer;
      const took = this.clock() - now;
      kept.until = this.clock() + Math.max(SHORTEST_MS, took * REST);
      return answer;
    } catch (error) {
      if (this.#kept.get(question) === kept) this.#kept.delete(question);
      throw error;
    }
  }

  #keep(question: string, kept: Kept<T>): void {
    this.#kept.delete(question);
    this.#kept.set(question, kept);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
  }
}
