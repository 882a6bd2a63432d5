import type { Dataset, NormalisedEvent, RejectionReason } from '@watchfloor/contracts';

/** What a format leaves out and the reader must know. Offline these are options, on `/logs` they come with the request. */
export interface ReadingContext {
  /** IANA zone of times without one; default `UTC`. */
  readonly timezone: string;
  /** The year of dates without one. Absent: inferred from `nearestTo` where that is given, else rolled forward from 1970. */
  readonly year?: number | undefined;
  /** Arrival in ms since the epoch: a missing year is the one that puts the line nearest to it. Never set offline. */
  readonly nearestTo?: number | undefined;
  /** `host.name` where the line names none. */
  readonly host?: string | undefined;
}

/** One line read: an event, or the reason why not. A rejection is a value, never an exception. */
export type ReadOutcome = { readonly event: NormalisedEvent } | Rejection;

export interface Rejection {
  readonly rejected: { readonly reason: RejectionReason; readonly detail: string };
}

/**
 * Reads the lines of one request or file in order. Holds what the lines before tell about the next
 * (a Zeek header, the year that rolled over); two readers share nothing.
 */
export interface LineReader {
  /** Reads one line, without its line end. Linear in its length, never throws. */
  read(line: string): ReadOutcome;
  /** True once a year was inferred from 1970. Absent where the dataset's times carry their year. */
  readonly yearsInferred?: boolean;
  /** The pattern by which a line is read, for `explain`. Absent where the action says as much. */
  patternOf?(line: string): string;
  /** The dataset that a line is of, where the reader reads more than one. */
  datasetOf?(line: string): Dataset | undefined;
}

/** One raw format: how to recognise a line of it and how to read it. */
export interface Format {
  readonly dataset: Dataset;
  /** Cheap test for `auto`: true only where the line surely is of this dataset. */
  recognises(line: string): boolean;
  reader(context: ReadingContext): LineReader;
}
