import type { Dataset, EntryId, RequestedDataset } from '@watchfloor/contracts';

export type { EntryId };

/** Meta of a raw entry: how its body is read. */
export interface RawMeta {
  /** `lines`: the body is the text of `POST /logs`. `events`: msgpack, an array of normalised events with ids. */
  readonly codec: 'lines' | 'events';
  readonly dataset: RequestedDataset;
  /** Arrival in ms since the epoch. */
  readonly at: number;
  /** Events without an id get `<idPrefix>-<index>`. Same request, same key: same prefix. */
  readonly idPrefix: string;
  /** Indices of items of an `events` body that are repeats and not part of this entry. */
  readonly skip?: readonly number[];
  readonly host?: string;
  readonly timezone?: string;
  readonly year?: number;
  /** Id of its one event, in place of a minted one; only where a dead letter was redriven. */
  readonly eventId?: string;
}

/** Meta of a normalised or keyed entry: what is shown of its way through the stages. Times in ms since the epoch. */
export interface BatchMeta {
  /** First arrival among its events. */
  readonly at: number;
  /** When ingest wrote it. */
  readonly ingestedAt: number;
  /** When processing handed it on; only in keyed entries. */
  readonly processedAt?: number;
  /** Partition it came from; only in keyed entries. */
  readonly from?: number;
  /** Highest event time that the channel has carried on this timeline, on the live one never ahead of the arrival; -1 before the first. */
  readonly highest: number;
}

/** One event that goes no further, with why. */
export interface DeadLetter {
  readonly reason: string;
  readonly detail: string;
  /** Raw text, cut to the limit; absent for what is no event. */
  readonly raw?: string;
  /** `raw` is only the beginning. */
  readonly cut?: true;
  readonly dataset: Dataset | RequestedDataset;
  /** The event's id if it has one already. */
  readonly eventId?: string;
  /** Entry of the stage's input it was in, and its row there. */
  readonly entry: EntryId;
  readonly row: number;
  readonly timeline: string;
  /** Its arrival in ms since the epoch. */
  readonly at: number;
  /** What the request said about its lines: a redriven line is read as it was at first. */
  readonly told?: Pick<RawMeta, 'host' | 'timezone' | 'year'>;
}
