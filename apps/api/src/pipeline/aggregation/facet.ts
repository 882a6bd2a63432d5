import { type NormalisedEvent, severityLevel, type SeverityLevel } from '@watchfloor/contracts';

/**
 * The words that every count is kept apart by: few values each, so that any combination of filters on them is answered
 * from the windows. An event with several categories has them all, in order.
 */
export interface Facet {
  readonly dataset: string;
  readonly categories: readonly string[];
  readonly outcome: string;
  readonly severity: SeverityLevel;
  readonly action: string;
}

const SEPARATOR = '|';

/** Stands for every word that has no place of its own. */
const OTHER = 'other';

const FACETS_PER_WORD = 4;

/** Letters that a word of a facet key may have; anything else would let a sender choose the number of facets. */
const PLAIN_WORD = /^[a-z0-9._-]{1,48}$/;

/**
 * The facet of an event as one key. A dataset or action outside `known` counts as `other`: both are free text in
 * events that come already normalised.
 */
export function facetKey(event: NormalisedEvent, known: KnownWords): string {
  const { dataset, category, outcome, severity, action } = event.event;
  const categories = category.length === 1 ? (category[0] ?? '') : category.join(',');
  const meaning = (outcome ?? 'unknown') + SEPARATOR + severityLevel(severity) + SEPARATOR;
  const key =
    known.dataset(dataset ?? 'watchfloor') +
    SEPARATOR +
    categories +
    SEPARATOR +
    meaning +
    known.action(action ?? '');
  if (known.facet(key)) return key;
  return OTHER + SEPARATOR + (category[0] ?? '') + SEPARATOR + meaning + OTHER;
}

/** What a facet is counted as where there is no place for it: under words that are few. */
export function otherFacet(key: string): string {
  const { categories, outcome, severity } = parseFacet(key);
  return [OTHER, categories[0] ?? '', outcome, severity, OTHER].join(SEPARATOR);
}

/** The facet that a key stands for. */
export function parseFacet(key: string): Facet {
  const [dataset = '', categories = '', outcome = '', severity = 'info', action = ''] = key.split(SEPARATOR);
  return { dataset, categories: categories.split(','), outcome, severity: severity as SeverityLevel, action };
}

/** Words that the formats write themselves: nobody can crowd them out. */
export interface ReservedWords {
  readonly datasets: readonly string[];
  readonly actions: readonly string[];
}

/**
 * Takes the reserved words and the first others that come, up to a limit of each kind, and calls the rest `other`. Empty stays empty.
 * Facets have a limit too: words that are few can still be put together in many ways.
 */
export class KnownWords {
  readonly #datasets: Set<string>;
  readonly #actions: Set<string>;
  readonly #facets = new Set<string>();

  /** @param limit words of a kind that are not reserved; four times as many facets */
  constructor(
    private readonly limit: number,
    private readonly reserved: ReservedWords = { datasets: [], actions: [] },
  ) {
    this.#datasets = new Set(reserved.datasets);
    this.#actions = new Set(reserved.actions);
  }

  dataset(word: string): string {
    return this.#known(this.#datasets, this.reserved.datasets, word);
  }

  action(word: string): string {
    return this.#known(this.#actions, this.reserved.actions, word);
  }

  /** Whether events may be counted under this facet. */
  facet(key: string): boolean {
    if (this.#facets.has(key)) return true;
    if (this.#facets.size >= this.limit * FACETS_PER_WORD) return false;
    this.#facets.add(key);
    return true;
  }

  #known(words: Set<string>, reserved: readonly string[], word: string): string {
    if (word === '' || words.has(word)) return word;
    if (words.size - reserved.length >= this.limit || !PLAIN_WORD.test(word)) return OTHER;
    words.add(word);
    return word;
  }
}
