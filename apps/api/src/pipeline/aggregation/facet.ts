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

/** Letters that a word of a facet key may have; anything else would let a sender choose the number of facets. */
const PLAIN_WORD = /^[a-z0-9._-]{1,48}$/;

/**
 * The facet of an event as one key. A dataset or action outside `known` counts as `other`: both are free text in
 * events that come already normalised.
 */
export function facetKey(event: NormalisedEvent, known: KnownWords): string {
  const { dataset, category, outcome, severity, action } = event.event;
  const categories = category.length === 1 ? category[0] : category.join(',');
  return (
    known.dataset(dataset ?? 'watchfloor') +
    SEPARATOR +
    categories +
    SEPARATOR +
    (outcome ?? 'unknown') +
    SEPARATOR +
    severityLevel(severity) +
    SEPARATOR +
    known.action(action ?? '')
  );
}

/** The facet that a key stands for. */
export function parseFacet(key: string): Facet {
  const [dataset = '', categories = '', outcome = '', severity = 'info', action = ''] = key.split(SEPARATOR);
  return { dataset, categories: categories.split(','), outcome, severity: severity as SeverityLevel, action };
}

/** Takes the first words that come, up to a limit, and calls the rest `other`. Empty stays empty. */
export class KnownWords {
  readonly #datasets = new Set<string>();
  readonly #actions = new Set<string>();

  constructor(private readonly limit: number) {}

  dataset(word: string): string {
    return this.#known(this.#datasets, word);
  }

  action(word: string): string {
    return this.#known(this.#actions, word);
  }

  #known(words: Set<string>, word: string): string {
    if (word === '' || words.has(word)) return word;
    if (words.size >= this.limit || !PLAIN_WORD.test(word)) return 'other';
    words.add(word);
    return word;
  }
}
