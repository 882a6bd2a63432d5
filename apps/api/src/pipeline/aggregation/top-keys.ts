import type { CountTable } from './count-table';

/** A key by its number, and its count. */
export interface RankedKey {
  readonly key: number;
  readonly count: number;
}

/**
 * The `limit` entries with the highest counts, highest first, ties in the order of `compare`. Keeps the best so far in a heap with
 * the worst on top, so that most entries cost one comparison.
 * @param counts of which every key has one entry
 */
export function topKeys(
  counts: CountTable,
  limit: number,
  compare: (a: number, b: number) => number,
): RankedKey[] {
  const isBefore = (a: RankedKey, b: RankedKey): boolean =>
    a.count > b.count || (a.count === b.count && compare(a.key, b.key) < 0);
  const heap: RankedKey[] = [];
  counts.forEach((_, key, count) => {
    if (heap.length < limit) {
      heap.push({ key, count });
      rise(heap, isBefore);
      return;
    }
    const [worst] = heap;
    if (worst === undefined || count < worst.count || !isBefore({ key, count }, worst)) return;
    heap[0] = { key, count };
    sink(heap, isBefore);
  });
  return heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

type Order = (a: RankedKey, b: RankedKey) => boolean;

function rise(heap: RankedKey[], isBefore: Order): void {
  for (let at = heap.length - 1; at > 0;) {
    const parent = (at - 1) >> 1;
    if (!isBefore(heap[parent] as RankedKey, heap[at] as RankedKey)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: RankedKey[], isBefore: Order): void {
  for (let at = 0; ;) {
    let worst = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && isBefore(heap[worst] as RankedKey, heap[child] as RankedKey)) worst = child;
    if (worst === at) return;
    swap(heap, at, worst);
    at = worst;
  }
}

function swap(heap: RankedKey[], a: number, b: number): void {
  const held = heap[a] as RankedKey;
  heap[a] = heap[b] as RankedKey;
  heap[b] = held;
}
