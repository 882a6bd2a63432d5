import type { EntryId } from '../entry';

/** A row is a dead letter once the worker died so often while it tried the row alone: once may have been anything. */
export const DEATHS_OF_A_ROW = 2;

/** Trials a level. Each costs a write and a computation, a level costs a dead worker: few levels, many trials. */
const TRIALS_A_LEVEL = 64;

/**
 * Where the search for the row that kills its worker stands, in the first entry behind a cursor. It is written before
 * each trial, so that the next attempt finds what the one before died of.
 */
export interface CrashSearch {
  /** Last entry of the segment under suspicion: up to there entries are taken one at a time. */
  readonly until: EntryId;
  /** Rows that have been tried, all of them harmless or in `crashed`. */
  readonly cleared: number;
  /** Rows behind them that are being tried; 0 between trials. */
  readonly trying: number;
  /** Most rows of a trial, up to `end`. */
  readonly step: number;
  /** Behind this row the steps are large again. */
  readonly end: number;
  /** How often the worker died of the one row that is being tried. */
  readonly deaths: number;
  /** The rows that are dead letters. */
  readonly crashed: readonly number[];
}

const stepOf = (rows: number): number => Math.ceil(rows / TRIALS_A_LEVEL);

/**
 * The search before its first trial.
 * @param rows of the entry
 * @param alone whether it is the only entry under suspicion; else all of it is the first trial
 */
export function newSearch(until: EntryId, rows: number, alone: boolean): CrashSearch {
  return {
    until,
    cleared: 0,
    trying: 0,
    step: alone ? stepOf(rows) : rows,
    end: rows,
    deaths: 0,
    crashed: [],
  };
}

/** The search as the next attempt goes on with it: the worker died of what was being tried. */
export function afterDeath(search: CrashSearch): CrashSearch {
  const { cleared, trying, deaths, crashed } = search;
  if (trying === 0) return search;
  if (trying > 1) {
    return { ...search, trying: 0, step: stepOf(trying), end: cleared + trying, deaths: 0 };
  }
  if (deaths + 1 < DEATHS_OF_A_ROW) return { ...search, trying: 0, deaths: deaths + 1 };
  return { ...search, trying: 0, cleared: cleared + 1, deaths: 0, crashed: [...crashed, cleared] };
}

/** The search with the next rows to try, undefined when the entry has no more. @param rows of the entry */
export function nextTrial(search: CrashSearch, rows: number): CrashSearch | undefined {
  const { cleared, step, end } = search;
  if (cleared >= rows) return undefined;
  if (cleared < end) return { ...search, trying: Math.min(step, end - cleared) };
  const rest = { ...search, step: stepOf(rows - cleared), end: rows };
  return { ...rest, trying: Math.min(rest.step, rows - cleared) };
}

/** The search after a trial that the worker outlived. */
export function afterTrial(search: CrashSearch): CrashSearch {
  return { ...search, cleared: search.cleared + search.trying, trying: 0, deaths: 0 };
}
