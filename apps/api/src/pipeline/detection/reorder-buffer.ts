/** The place of an event in the order in which detection consumes: event time, then producer, then sequence. */
export interface Position {
  /** Event time in ms since the epoch. */
  readonly time: number;
  readonly producer: string;
  readonly sequence: number;
}

/** Negative when `a` comes before `b`, 0 when they are the same event. */
export function comparePositions(a: Position, b: Position): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.producer !== b.producer) return a.producer < b.producer ? -1 : 1;
  return a.sequence - b.sequence;
}

/** Taken entries stay in the queue until they are so many and more than half of it. */
const COMPACT_AT = 1_024;

/**
 * Holds what came out of order until the watermark has passed it. What comes in order, nearly everything, is a plain
 * queue; the rest is a binary heap.
 */
export class ReorderBuffer<T extends Position> {
  private queue: T[] = [];
  private head = 0;
  private readonly heap: T[] = [];

  get size(): number {
    return this.queue.length - this.head + this.heap.length;
  }

  push(entry: T): void {
    const last = this.queue[this.queue.length - 1];
    if (last === undefined || this.head === this.queue.length || comparePositions(last, entry) <= 0)
      this.queue.push(entry);
    else this.pushOnHeap(entry);
  }

  /** The earliest entry, left in place. */
  peek(): T | undefined {
    const queued = this.queue[this.head];
    const heaped = this.heap[0];
    if (queued === undefined || heaped === undefined) return queued ?? heaped;
    return comparePositions(heaped, queued) < 0 ? heaped : queued;
  }

  /** Takes the earliest entry. */
  pop(): T | undefined {
    const earliest = this.peek();
    if (earliest === undefined) return undefined;
    if (earliest !== this.queue[this.head]) return this.popFromHeap();
    this.head += 1;
    if (this.head >= COMPACT_AT && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return earliest;
  }

  /** All entries, in no order. */
  entries(): readonly T[] {
    return [...this.queue.slice(this.head), ...this.heap];
  }

  private pushOnHeap(entry: T): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || comparePositions(above, entry) <= 0) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  private popFromHeap(): T | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (top === undefined || last === undefined || this.heap.length === 0) return top;
    this.sink(last);
    return top;
  }

  private sink(entry: T): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      const child = this.earlierChild(at);
      const below = heap[child];
      if (below === undefined || comparePositions(below, entry) >= 0) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = entry;
  }

  private earlierChild(parent: number): number {
    const left = 2 * parent + 1;
    const a = this.heap[left];
    const b = this.heap[left + 1];
    return a !== undefined && b !== undefined && comparePositions(b, a) < 0 ? left + 1 : left;
  }
}
