import type { EntryId } from '../../entry';
import type { WindowPartial } from '../window-partial';
import { earlier } from './entry-order';

/** How far a partition is on a timeline: it sends no more windows that end before. */
export interface TimelineProgress {
  /** Watermark in ms since the epoch. */
  readonly watermark: number;
  /** True while nothing more is to be waited for. */
  readonly flushed: boolean;
  /** True while it is flushed because everything was sent. */
  readonly ended?: boolean;
}

/** One window of one key of one timeline, as one partition counted it. */
export interface TimelinePartial {
  readonly timeline: string;
  readonly partial: WindowPartial;
}

/** One entry of an outbox as one receiver reads it. */
export interface OutboxEntry {
  readonly id: EntryId;
  readonly progress: Readonly<Record<string, TimelineProgress>>;
  readonly partials: readonly TimelinePartial[];
}

/** What a partition hands on with one checkpoint: its progress, and the partials of each receiver. */
export interface OutboxAppend {
  readonly progress: Readonly<Record<string, TimelineProgress>>;
  readonly partials: ReadonlyMap<number, readonly TimelinePartial[]>;
}

/** Receivers need to see time pass, but not more often than once for each whole second of it. */
export function isWorthTelling(sent: TimelineProgress | undefined, now: TimelineProgress): boolean {
  if (sent === undefined || sent.flushed !== now.flushed || isEnded(sent) !== isEnded(now)) return true;
  return Math.floor(now.watermark / 1_000) > Math.floor(sent.watermark / 1_000);
}

/** Whether everything of a timeline was sent and taken. */
export function isEnded(progress: TimelineProgress | undefined): boolean {
  return progress?.flushed === true && progress.ended === true;
}

/** How far all partitions are; undefined while one of them has not said. */
export function lowestProgress(
  heard: readonly (TimelineProgress | undefined)[],
): TimelineProgress | undefined {
  let watermark = Number.POSITIVE_INFINITY;
  let flushed = true;
  let ended = true;
  for (const progress of heard) {
    if (progress === undefined) return undefined;
    watermark = Math.min(watermark, progress.watermark);
    flushed &&= progress.flushed;
    ended &&= isEnded(progress);
  }
  return { watermark, flushed, ended };
}

/** The entry that every receiver has, of the last that each has; undefined while one of them has none. */
export function slowestOf(cursors: readonly (EntryId | null)[]): EntryId | undefined {
  let slowest: EntryId | undefined;
  for (const cursor of cursors) {
    if (cursor === null) return undefined;
    slowest = slowest === undefined ? cursor : earlier(cursor, slowest);
  }
  return slowest;
}
