import type { KeyCount, Timeline } from '@watchfloor/contracts';
import { type Facet, parseFacet } from '../pipeline/aggregation/facet';
import type { WindowCounts } from '../pipeline/aggregation/held-window';
import type { Vocabulary } from '../pipeline/aggregation/tally';
import { type EventFilter, facetPasses } from './event-filter';

/** Rows of one list of words. */
const MOST_WORDS = 20;

/** What the words of a facet say of its events. */
export type WordKind = 'categories' | 'severities' | 'datasets' | 'outcomes';

/** Reads facets for one filter: each facet's words are looked at once, however many windows have it. */
export class FacetWords {
  readonly #facets = new Map<number, Facet | undefined>();

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly filter: EventFilter,
  ) {}

  /** The facet with this number; undefined when it does not pass the filter. */
  passing(id: number): Facet | undefined {
    if (this.#facets.has(id)) return this.#facets.get(id);
    const facet = parseFacet(this.vocabulary.facets.text(id));
    const passing = facetPasses(this.filter, facet) ? facet : undefined;
    this.#facets.set(id, passing);
    return passing;
  }

  /** The row of a window on a timeline. `late` is counted without a filter. */
  row(start: number, counts: WindowCounts | undefined): Timeline['windows'][number] {
    if (!counts) return { start, events: 0, late: 0, byCategory: {} };
    const byCategory: Record<string, number> = {};
    let events = 0;
    for (const [id, count] of counts.facets) {
      const facet = count === 0 ? undefined : this.passing(id);
      if (!facet) continue;
      events += count;
      for (const category of facet.categories) byCategory[category] = (byCategory[category] ?? 0) + count;
    }
    return { start, events, late: counts.late, byCategory };
  }
}

/** How much a number may be too low and too high. */
export interface Uncertainty {
  readonly error: number;
  readonly excess: number;
}

const EXACT: Uncertainty = { error: 0, excess: 0 };

/**
 * Events by the words of their facets. There are few words, and their counts are exact; those of the events of one key are as
 * uncertain as the counts of that key, and raised like them, so that none is too low.
 */
export class WordCounts {
  #events = 0;
  readonly #words: Readonly<Record<WordKind, Map<string, number>>> = {
    categories: new Map(),
    severities: new Map(),
    datasets: new Map(),
    outcomes: new Map(),
  };

  constructor(private readonly uncertainty: Uncertainty = EXACT) {}

  /** All events. */
  get events(): number {
    return this.#events === 0 ? 0 : this.#events + this.uncertainty.error;
  }

  /** How far `events` may be off; undefined when they are exact. */
  get eventsError(): number | undefined {
    const { error, excess } = this.uncertainty;
    return error + excess === 0 ? undefined : error + excess;
  }

  add(facet: Facet, events: number): void {
    if (events === 0) return;
    this.#events += events;
    for (const category of facet.categories) this.#count('categories', category, events);
    this.#count('severities', facet.severity, events);
    this.#count('datasets', facet.dataset, events);
    this.#count('outcomes', facet.outcome, events);
  }

  /** The words of one kind, the most frequent first, ties by word. */
  rows(kind: WordKind): KeyCount[] {
    const { error } = this.uncertainty;
    const off = this.eventsError;
    const certainty = off === undefined ? ({ exact: true } as const) : { error: off };
    return [...this.#words[kind]]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, MOST_WORDS)
      .map(([key, count]) => ({ key, count: count + error, ...certainty }));
  }

  #count(kind: WordKind, word: string, events: number): void {
    const words = this.#words[kind];
    words.set(word, (words.get(word) ?? 0) + events);
  }
}
