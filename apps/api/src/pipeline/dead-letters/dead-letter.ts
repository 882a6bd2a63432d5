import type { NormalisedEvent } from '@watchfloor/contracts';
import type { BatchMeta, DeadLetter } from '../entry';
import { cutToBytes } from '../ingest/bound-event';
import type { SegmentEntry } from '../segment';
import { DEAD_LETTERS } from '../topology';

/** The raw text of a dead letter as it is kept: whole, or its beginning marked as such. */
export function keptText(raw: string): Pick<DeadLetter, 'raw' | 'cut'> {
  if (raw === '') return {};
  const kept = cutToBytes(raw, DEAD_LETTERS.rawBytes);
  return kept.length < raw.length ? { raw: kept, cut: true } : { raw };
}

/** The dead letter of an event on which a stage behind ingest failed alone. */
export function poisonLetter(
  event: NormalisedEvent,
  entry: Pick<SegmentEntry, 'id' | 'timeline' | 'meta'>,
  row: number,
  error: unknown,
): DeadLetter {
  const { at } = JSON.parse(entry.meta) as BatchMeta;
  return {
    reason: 'poison',
    detail: error instanceof Error ? error.message : 'unknown fault',
    dataset: 'watchfloor',
    entry: entry.id,
    row,
    timeline: entry.timeline,
    at,
    ...keptText(JSON.stringify(event)),
    ...(event.event.id === undefined ? {} : { eventId: event.event.id }),
  };
}
