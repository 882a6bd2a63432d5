/**
 * Records made into objects, kept in two generations: when the younger is full, the older is forgotten. Bounds the memory
 * that a flood of different addresses can take, while records that are asked for again stay.
 */
export class KeptRecords<T extends object> {
  private young = new Map<number, T>();
  private old = new Map<number, T>();

  /**
   * @param limit records of one generation
   * @param make makes the object of a record; called again when it was forgotten
   */
  constructor(
    private readonly limit: number,
    private readonly make: (record: number) => T,
  ) {}

  /** The object of a record; record 0 has none. */
  get(record: number): T | undefined {
    if (record === 0) return undefined;
    const known = this.young.get(record);
    if (known) return known;
    const made = this.old.get(record) ?? this.make(record);
    if (this.young.size >= this.limit) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(record, made);
    return made;
  }
}
