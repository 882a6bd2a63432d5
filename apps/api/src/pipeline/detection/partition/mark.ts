import { watermarkField } from '../../aggregation/aggregate';

/** One step of detection: it has been offered what came up to here, and then time moves so far. */
export interface Mark {
  /** Watermarks by timeline, ms since the epoch. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** Timelines of which nothing more is to be waited for. */
  readonly flushed: readonly string[];
}

/** The text of a mark. */
export function encodeMark({ watermarks, flushed }: Mark): string {
  return JSON.stringify({ w: watermarks, f: flushed });
}

export function decodeMark(text: string): Mark {
  const { w, f } = JSON.parse(text) as { w: Record<string, number>; f: string[] };
  return { watermarks: w, flushed: f };
}

/** The mark of an aggregation commit, from the fields that it sets in the watermarks hash. */
export function markOf(fields: Readonly<Record<string, number>>): Mark {
  const prefix = watermarkField('');
  const ofTimelines = Object.entries(fields).filter(([field]) => field.startsWith(prefix));
  const watermarks = Object.fromEntries(ofTimelines.map(([field, at]) => [field.slice(prefix.length), at]));
  return { watermarks, flushed: [] };
}
