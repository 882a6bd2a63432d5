import calculateSlot from 'cluster-key-slot';

const SLOTS = 16_384;

/** How far, in slots, a tag may lie from the middle of its share: never so far that it could lie on the next node. */
function toleranceOf(partitions: number): number {
  return Math.min(64, Math.floor(SLOTS / partitions / 8));
}

/**
 * Hash tags that put `partitions` partitions evenly on the slots, and so on the nodes of a cluster: naive tags
 * (`{p0}`, `{p1}` ...) leave one of three nodes with four of six. The same number gives the same tags for ever.
 */
export function partitionTags(partitions: number): readonly string[] {
  const tolerance = toleranceOf(partitions);
  return Array.from({ length: partitions }, (_, partition) => {
    const middle = Math.floor(((partition + 0.5) * SLOTS) / partitions);
    for (let candidate = 0; ; candidate++) {
      const tag = `${partition}.${candidate}`;
      if (Math.abs(calculateSlot(tag) - middle) <= tolerance) return tag;
    }
  });
}

/** Names of keys. A key of a partition carries the partition's hash tag, so a script over them touches one slot. */
export class Keyspace {
  readonly #tags: readonly string[];

  /** @param prefix starts every key; two systems on one Redis differ by it. It holds no braces. */
  constructor(
    readonly prefix: string,
    readonly partitions: number,
  ) {
    this.#tags = partitionTags(partitions);
  }

  /** `name` of one partition. Throws RangeError for a partition that does not exist. */
  of(partition: number, name: string): string {
    const tag = this.#tags[partition];
    if (tag === undefined) throw new RangeError(`partition ${partition} of ${this.partitions}`);
    return `${this.prefix}:{${tag}}:${name}`;
  }

  /** `name` of the whole system (settings, leases): one slot of its own. */
  global(name: string): string {
    return `${this.prefix}:{global}:${name}`;
  }

  /** Prefix of one BullMQ queue: a tag for each queue, since BullMQ's scripts touch all keys of a queue. */
  queuePrefix(queue: string): string {
    return `${this.prefix}:{queue.${queue}}`;
  }
}
