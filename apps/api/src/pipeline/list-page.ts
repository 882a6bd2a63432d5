import type { EntryId } from './entry';
import type { StreamPosition } from './stream-cursor';

/** One entry on the way back through the streams of all partitions. */
export interface ListedEntry {
  readonly partition: number;
  readonly id: EntryId;
  /** Field values in their order. */
  readonly values: readonly string[];
  /** Its body where it was asked for and is still kept. */
  readonly body: Buffer | undefined;
}

/** What one page may hold and cost. */
export interface PageRequest<Row> {
  readonly limit: number;
  /** Entries and rows looked at before the page ends, full or not. */
  readonly mostLooks: number;
  /** The rows of an entry in their order, undefined for one that is not listed. */
  readonly rowsOf: (entry: ListedEntry) => readonly (Row | undefined)[];
}

/** A page, and where the next one begins; undefined when nothing follows. */
export interface ListPage<Row> {
  readonly items: readonly Row[];
  readonly next: readonly StreamPosition[] | undefined;
}

/**
 * Takes one page of rows, the last row of the newest entry first. It looks on for the row that would begin the next
 * page, so a page that happens to be full is not followed by an empty one.
 * @param entries newest first, as `from` leaves them
 */
export async function takePage<Row>(
  entries: AsyncIterable<ListedEntry>,
  from: readonly StreamPosition[],
  { limit, mostLooks, rowsOf }: PageRequest<Row>,
): Promise<ListPage<Row>> {
  const positions = [...from];
  const items: Row[] = [];
  let looks = 0;
  for await (const entry of entries) {
    const rows = rowsOf(entry);
    const position = positions[entry.partition];
    const end = position?.id === entry.id ? Math.min(position.row, rows.length) : rows.length;
    for (let row = end - 1; row >= 0; row--) {
      const listed = rows[row];
      const full = listed !== undefined && items.length === limit;
      if (full || looks >= mostLooks) return endAt(positions, entry, row + 1, items);
      looks++;
      if (listed !== undefined) items.push(listed);
    }
    positions[entry.partition] = { id: entry.id, row: 0 };
    looks++;
    if (looks >= mostLooks) return { items, next: positions };
  }
  return { items, next: undefined };
}

function endAt<Row>(
  positions: StreamPosition[],
  { partition, id }: ListedEntry,
  row: number,
  items: readonly Row[],
): ListPage<Row> {
  positions[partition] = { id, row };
  return { items, next: positions };
}
