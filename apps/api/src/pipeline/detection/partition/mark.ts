import { watermarkField } from '../../aggregation/aggregate';

/** One step of detection: it has been offered what came up to here, and then time moves so far. */
export interface Mark {
  /** Watermarks by timeline, ms since the epoch. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** Timelines of which nothing more is to be waited for. */
  readonly flushed: readonly string[];
  /** Those of them of which everything was sent: their attacks are over too. */
  readonly ended: readonly string[];
}

/** The text of a mark. */
export function encodeMark({ watermarks, flushed, ended }: Mark): string {
  return JSON.stringify({ w: watermarks, f: flushed, ...(ended.length === 0 ? {} : { e: ended }) });
}

export function decodeMark(text: string): Mark {
  const { w, f, e = [] } = JSON.parse(text) as { w: Record<string, number>; f: string[]; e?: string[] };
  return { watermarks: w, flushed: f, ended: e };
}

/** The mark of an aggregation commit, from the fields that it sets in the watermarks hash. */
export function markOf(fields: Readonly<Record<string, number>>): Mark {
  const prefix = watermarkField('');
  const ofTimelines = Object.entries(fields).filter(([field]) => field.startsWith(prefix));
  const watermarks = Object.fromEntries(ofTimelines.map(([field, at]) => [field.slice(prefix.length), at]));
  return { watermarks, flushed: [], ended: [] };
}
