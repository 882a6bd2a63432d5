import { Logger } from '@nestjs/common';
import type { OrderOutcome, StageWork } from '../order.consumer';
import type { Segment, SegmentEntry } from '../segment';
import { afterDeath, afterTrial, type CrashSearch, newSearch, nextTrial } from './crash-search';
import { type EntryRows, rowsOf } from './entry-rows';
import type { Attempt, SuspectStore } from './suspects.store';

/** An order that was begun again so often is taken as one that may kill its worker. */
export const TRIES_BEFORE_SEARCH = 2;

/** Runs a segment as its stage does. */
type Run = (segment: Segment) => Promise<OrderOutcome>;

/**
 * Keeps an event that kills its worker process (out of memory, a crash of native code, a loop without end) from stopping
 * the pipeline. A segment that was begun twice without an end is taken entry by entry, and each entry is rehearsed in
 * smaller and smaller parts, of which each is written down before it is tried: the part that the worker died of is where
 * the next attempt looks closer. A row of which it died twice, alone, goes on as a dead letter `crashed_worker`.
 * Bisecting would take a dead worker for each halving; a trial costs a millisecond and a dead worker seconds, so a part
 * is tried in 64 pieces.
 */
export class CrashIsolation {
  readonly #logger = new Logger(CrashIsolation.name);

  constructor(private readonly suspects: SuspectStore) {}

  /** Takes a segment that may have been begun before. */
  async take(segment: Segment, work: StageWork, run: Run): Promise<OrderOutcome> {
    const attempt = await this.suspects.beginAgain(segment.order);
    const [entry] = segment.entries;
    if (attempt.tries < TRIES_BEFORE_SEARCH || entry === undefined) return run(segment);
    const { stage } = segment.order;
    if (stage === 'processing' && (await this.suspects.decision(segment.order))) {
      // What was decided about it may be in some channels already: it is handed on as it was begun.
      return run(without(segment, entry, attempt.search?.crashed ?? []));
    }
    return this.#search(segment, { attempt, entry, rows: rowsOf(stage, entry) }, { work, run });
  }

  async #search(
    segment: Segment,
    { attempt, entry, rows }: Suspect,
    { work, run }: { work: StageWork; run: Run },
  ): Promise<OrderOutcome> {
    const { order } = segment;
    const found = await this.#rehearse(segment, { attempt, entry, rows }, work);
    if (found === undefined) return { outcome: 'GAP', events: 0 };
    const alone = { ...segment, order: { ...order, to: entry.id }, entries: [entry] };
    const done = await run(without(alone, entry, found.crashed));
    if (done.outcome === 'OK') await this.#goOn(segment, { attempt, found });
    return done;
  }

  /** Tries the rows of an entry. Answers what it found, undefined where another attempt has been begun since. */
  async #rehearse(
    segment: Segment,
    { attempt, entry, rows }: Suspect,
    work: StageWork,
  ): Promise<CrashSearch | undefined> {
    const { order } = segment;
    const { tries } = attempt;
    let search = afterDeath(attempt.search ?? newSearch(order.to, rows.count, entry.id === order.to));
    this.#logger.warn(
      `A segment of ${order.stage}-${order.partition} was begun ${tries + 1} times: rows from ${search.cleared} are tried apart`,
    );
    for (let trial = nextTrial(search, rows.count); trial; trial = nextTrial(search, rows.count)) {
      if (!(await this.suspects.note(order, tries, trial))) return undefined;
      const part = rows.first(trial.cleared + trial.trying);
      const known = new Set(trial.crashed);
      work.rehearse({
        ...segment,
        entries: [known.size > 0 ? rowsOf(order.stage, part).without(known) : part],
      });
      search = afterTrial(trial);
    }
    return (await this.suspects.note(order, tries, search)) ? search : undefined;
  }

  /** The entries behind the one that is done are as suspect as it was. */
  async #goOn(segment: Segment, { attempt, found }: { attempt: Attempt; found: CrashSearch }): Promise<void> {
    const { order, entries } = segment;
    const [done, next] = entries;
    if (done === undefined || next === undefined || done.id === found.until) return;
    const search = newSearch(found.until, rowsOf(order.stage, next).count, next.id === found.until);
    await this.suspects.suspect({ ...order, base: done.id }, { tries: attempt.tries, search });
  }
}

interface Suspect {
  readonly attempt: Attempt;
  readonly entry: SegmentEntry;
  readonly rows: EntryRows;
}

/** The segment without rows of its first entry, which are dead letters. */
function without(segment: Segment, entry: SegmentEntry, rows: readonly number[]): Segment {
  if (rows.length === 0) return segment;
  const all = rowsOf(segment.order.stage, entry);
  return {
    ...segment,
    entries: [all.without(new Set(rows)), ...segment.entries.slice(1)],
    crashed: rows.map((row) => all.letter(row)),
  };
}
