import type { NormalisedEvent } from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import { emptyRow, fillRow } from '../../pipeline/aggregation/counted-row';
import { facetKey } from '../../pipeline/aggregation/facet';
import { createFacetWords } from '../../pipeline/aggregation/facet-words';
import { Tally } from '../../pipeline/aggregation/tally';
import { createLineReader } from '../../pipeline/ingest/normalise';
import { createSitePlan } from '../../pipeline/processing/site-plan';
import { bodyAt, type BenchBatch } from './bench-lines';

const windowMs = 1_000;

/**
 * The same work as the pipeline's, in one plain loop: read and normalise each line, enrich the event, count it in its 1 s
 * window. No Redis, no encoding, no second process: what this machine's one core could do at the very best.
 */
export class PlainLoop {
  private readonly windows = new Map<number, Tally>();
  private readonly known = createFacetWords();
  private readonly siteOf = createSitePlan();
  private readonly row = emptyRow();

  constructor(private readonly enrich: (event: NormalisedEvent) => void) {}

  /** Takes a batch as it would arrive at `now`, ms since the epoch. Returns how many of its lines became counted events. */
  take(batch: BenchBatch, now: number): number {
    const reader = createLineReader(batch.dataset, { timezone: 'UTC', nearestTo: now });
    let counted = 0;
    for (const line of bodyAt(batch, now).split('\n')) {
      const outcome = reader.read(line);
      if ('rejected' in outcome) continue;
      this.enrich(outcome.event);
      this.count(outcome.event);
      counted += 1;
    }
    return counted;
  }

  private count(event: NormalisedEvent): void {
    const start = windowStart(Date.parse(event['@timestamp']), windowMs);
    let window = this.windows.get(start);
    if (window === undefined) {
      window = new Tally();
      this.windows.set(start, window);
    }
    window.add(facetKey(event, this.known), fillRow(this.row, event, this.siteOf));
  }
}

/**
 * Events a second that `take` counts, repeated over the batches for `durationMs` after a first pass that lets the compiler
 * see all of them. `clock` is monotonic, ms.
 */
export function measureLoop(
  loop: PlainLoop,
  batches: readonly BenchBatch[],
  times: { readonly now: number; readonly durationMs: number; readonly clock: () => number },
): number {
  for (const batch of batches) loop.take(batch, times.now);
  const began = times.clock();
  let events = 0;
  let passed = 0;
  while (passed < times.durationMs) {
    for (const batch of batches) {
      events += loop.take(batch, times.now + passed);
      passed = times.clock() - began;
      if (passed >= times.durationMs) break;
    }
  }
  return (events * 1000) / passed;
}
