import * as fc from 'fast-check';
import { type ListedEntry, takePage } from './list-page';
import { NEWEST, type StreamPosition } from './stream-cursor';

/** Entries of two partitions, newest first, each with so many rows. */
const entries: fc.Arbitrary<readonly (ListedEntry & { rows: readonly string[] })[]> = fc
  .array(fc.tuple(fc.nat(1), fc.nat(4)), { maxLength: 12 })
  .map((sizes) =>
    sizes.map(([partition, rows], i) => {
      const id = `${1_000 - i}-0`;
      return {
        partition,
        id,
        values: [],
        body: undefined,
        rows: Array.from({ length: rows }, (_, row) => `${partition}/${id}/${row}`),
      };
    }),
  );

/** What a stream gives from its positions on. */
async function* after<Entry extends ListedEntry>(
  all: readonly Entry[],
  from: readonly StreamPosition[],
): AsyncGenerator<Entry> {
  for (const entry of all) {
    const { id, row } = from[entry.partition] ?? NEWEST;
    const apart = Number(entry.id.split('-')[0]) - Number(id.split('-')[0]);
    if (apart < 0 || (apart === 0 && row > 0)) yield entry;
  }
}

describe('a page', () => {
  it('continued to the end gives every listed row once, in order, whatever its limits', async () => {
    const bounds = { limit: fc.integer({ min: 1, max: 5 }), mostLooks: fc.integer({ min: 1, max: 6 }) };
    await fc.assert(
      fc.asyncProperty(entries, fc.record(bounds), async (all, { limit, mostLooks }) => {
        const listed = (row: string): boolean => !row.endsWith('/1');
        const rowsById = new Map(all.map(({ id, rows }) => [id, rows]));
        const seen: string[] = [];
        let from: readonly StreamPosition[] | undefined = [NEWEST, NEWEST];
        while (from) {
          const page: Awaited<ReturnType<typeof takePage<string>>> = await takePage(after(all, from), from, {
            limit,
            mostLooks,
            rowsOf: ({ id }) => (rowsById.get(id) ?? []).map((row) => (listed(row) ? row : undefined)),
          });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          from = page.next;
        }
        expect(seen).toEqual(all.flatMap(({ rows }) => [...rows].reverse()).filter(listed));
      }),
    );
  });

  it('that holds the last row is the last page, full or not', async () => {
    const only: ListedEntry = { partition: 0, id: '5-0', values: [], body: undefined };
    const page = await takePage(after([only], [NEWEST]), [NEWEST], {
      limit: 2,
      mostLooks: 100,
      rowsOf: () => [undefined, 'b', 'c'],
    });
    expect(page).toEqual({ items: ['c', 'b'], next: undefined });
  });
});
