import { ownText } from './own-text';

/** Distinct values counted in one window of one key; beyond it the count stays there. */
export const MOST_VALUES = 4_096;

/** A bounded set of texts that is an array in JSON. Most hold one value, so a set is made for the second. */
export class ValueSet implements Iterable<string> {
  private first: string | undefined;
  private set: Set<string> | undefined;

  /** From a set, or from what JSON made of one. */
  static from(values: Iterable<string>): ValueSet {
    if (values instanceof ValueSet) return values;
    const set = new ValueSet();
    for (const value of values) set.add(value);
    return set;
  }

  get size(): number {
    return this.set?.size ?? (this.first === undefined ? 0 : 1);
  }

  add(value: string): void {
    if (this.first === undefined) this.first = ownText(value);
    else if (this.set !== undefined) {
      if (this.set.size < MOST_VALUES && !this.set.has(value)) this.set.add(ownText(value));
    } else if (value !== this.first) this.set = new Set([this.first, ownText(value)]);
  }

  [Symbol.iterator](): Iterator<string> {
    const values = this.set ?? (this.first === undefined ? [] : [this.first]);
    return values.values();
  }

  toJSON(): string[] {
    return [...this];
  }
}
