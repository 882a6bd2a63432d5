/** Distinct values counted in one window of one key; beyond it the count stays there. */
export const MOST_VALUES = 4_096;

/** A bounded set of texts that is an array in JSON. */
export class ValueSet implements Iterable<string> {
  private readonly values = new Set<string>();

  /** From a set, or from what JSON made of one. */
  static from(values: Iterable<string>): ValueSet {
    if (values instanceof ValueSet) return values;
    const set = new ValueSet();
    for (const value of values) set.add(value);
    return set;
  }

  get size(): number {
    return this.values.size;
  }

  add(value: string): void {
    if (this.values.size < MOST_VALUES) this.values.add(value);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.values.values();
  }

  toJSON(): string[] {
    return [...this.values];
  }
}
