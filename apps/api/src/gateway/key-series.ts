import { WINDOW_STEPS, type Timeline, type WindowStep } from '@watchfloor/contracts';
import type { HeldWindow } from '../pipeline/aggregation/held-window';
import type { NamedDimension, Vocabulary } from '../pipeline/aggregation/tally';
import type { WindowBook } from '../pipeline/aggregation/window-book';
import { type EventFilter, KEY_DIMENSIONS } from './event-filter';
import { FacetWords } from './facet-words';

type Row = Timeline['windows'][number];

/** A range `[from, to)` of windows of one step, in ms since the epoch. */
export interface SeriesRange {
  readonly from: number;
  readonly to: number;
  readonly step: WindowStep;
}

/**
 * The rows of the events of one key, newest first, as far back as windows have their keys: exact, or raised by the error of their
 * window, so that none is too low.
 * @param asked the one key that the filter asks for
 */
export function rowsOfKey(
  book: WindowBook,
  { from, to, step }: SeriesRange,
  filter: EventFilter,
  asked: keyof typeof KEY_DIMENSIONS,
): Row[] {
  const { sizeMs } = WINDOW_STEPS[step];
  const dimension = KEY_DIMENSIONS[asked];
  const isAsked = keysOf(book.vocabulary, asked, filter[asked] ?? '');
  const words = new FacetWords(book.vocabulary, filter);
  const rows: Row[] = [];
  for (let start = to - sizeMs; start >= from; start -= sizeMs) {
    const windows = book.partsOf(step, start);
    if (!windows.every(({ hasKeys }) => hasKeys)) break;
    rows.push(rowOf(start, windows, { dimension, isAsked, words }));
  }
  return rows;
}

interface Asked {
  readonly dimension: NamedDimension;
  readonly isAsked: (key: number) => boolean;
  readonly words: FacetWords;
}

function rowOf(start: number, windows: readonly HeldWindow[], { dimension, isAsked, words }: Asked): Row {
  const facets = new Map<number, number>();
  let [late, error, most] = [0, 0, 0];
  for (const window of windows) {
    const { counts } = window;
    late += counts.late;
    error += window.errorOf(dimension);
    for (const [facet, events] of counts.facets) if (words.passing(facet)) most += events;
    window.forEach(dimension, (facet, key, count) => {
      if (isAsked(key)) facets.set(facet, (facets.get(facet) ?? 0) + count);
    });
  }
  const row = words.row(start, { events: 0, late, facets });
  if (error === 0) return { ...row, exact: true };
  const raised = Math.min(row.events + error, most);
  return { ...row, events: raised, error: raised - row.events };
}

/** Tells the numbers of a key; a source has one for each place that it was seen in. */
function keysOf(vocabulary: Vocabulary, asked: keyof typeof KEY_DIMENSIONS, text: string): Asked['isAsked'] {
  if (asked !== 'source') {
    const known = vocabulary[KEY_DIMENSIONS[asked]].known(text);
    return (key) => key === known;
  }
  const { sources } = vocabulary;
  const isOf = sources.beginningWith(`${text}|`);
  const known = new Set<number>();
  for (let key = 0; key < sources.bound; key++) if (isOf(key)) known.add(key);
  return (key) => known.has(key);
}
