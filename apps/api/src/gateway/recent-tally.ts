import type { Geo } from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import { CountedColumns } from '../pipeline/aggregation/counted-columns';
import { createFacetWords } from '../pipeline/aggregation/facet-words';
import { Tally, Vocabulary } from '../pipeline/aggregation/tally';
import type { BatchPart } from '../pipeline/batch/batch';

/** Counts rows of kept batches as the windows would, by windows of one size; the arcs end where the events' destinations have a place. */
export class RecentTally {
  readonly vocabulary = new Vocabulary();
  readonly #windows = new Map<number, Tally>();
  readonly #columns = new CountedColumns(createFacetWords(), siteOf);

  /** @param sizeMs of a window; Infinity counts all in one */
  constructor(private readonly sizeMs: number) {}

  /** Counts some rows of a part. */
  take(part: BatchPart, rows: readonly number[]): void {
    const { times } = part.reader.records;
    this.#columns.eachOf(part, rows, this.vocabulary, (row, keys) =>
      this.#window(times[row] ?? 0).count(keys),
    );
  }

  /** The tally of the window that begins at `start`, in ms since the epoch; of all with one window. */
  at(start: number): Tally {
    return this.#windows.get(start) ?? new Tally(this.vocabulary);
  }

  /** Everything that was counted, where that is one window. */
  get all(): Tally {
    return this.at(0);
  }

  #window(time: number): Tally {
    const start = this.sizeMs === Infinity ? 0 : windowStart(time, this.sizeMs);
    const known = this.#windows.get(start);
    if (known) return known;
    const made = new Tally(this.vocabulary);
    this.#windows.set(start, made);
    return made;
  }
}

const siteOf = (geo: Geo | undefined) => geo?.location ?? { lat: 0, lon: 0 };
