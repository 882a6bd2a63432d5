import type { NormalisedEvent, RejectionReason } from '@watchfloor/contracts';
import type { BatchMeta, DeadLetter, RawMeta } from '../entry';
import { cutToBytes } from '../ingest/bound-event';
import type { SegmentEntry } from '../segment';
import { DEAD_LETTERS } from '../topology';

/** The raw text of a dead letter as it is kept: whole, or its beginning marked as such. */
export function keptText(raw: string): Pick<DeadLetter, 'raw' | 'cut'> {
  if (raw === '') return {};
  const kept = cutToBytes(raw, DEAD_LETTERS.rawBytes);
  return kept.length < raw.length ? { raw: kept, cut: true } : { raw };
}

/** Why something is a dead letter, for the ledger and for people. */
interface Cause {
  readonly reason: RejectionReason;
  readonly detail: string;
}

const CRASHED: Cause = {
  reason: 'crashed_worker',
  detail: 'the worker process died of it, each time that it was tried alone',
};

/** A line of a request and where it stands. */
export interface DeadLine {
  readonly entry: Pick<SegmentEntry, 'id' | 'timeline'>;
  readonly row: number;
  readonly raw: string;
  readonly eventId: string;
}

/** The dead letter of a line. */
export function lineLetter(
  { reason, detail }: Cause,
  { entry, row, raw, eventId }: DeadLine,
  { dataset, at, host, timezone, year }: RawMeta,
): DeadLetter {
  const told = {
    ...(host === undefined ? {} : { host }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(year === undefined ? {} : { year }),
  };
  return {
    reason,
    detail,
    dataset,
    eventId,
    entry: entry.id,
    row,
    timeline: entry.timeline,
    at,
    ...(Object.keys(told).length > 0 ? { told } : {}),
    ...(reason === 'not_an_event' ? {} : keptText(raw)),
  };
}

/** The dead letter of a line of which the worker died. */
export function crashedLineLetter(line: DeadLine, meta: RawMeta): DeadLetter {
  return lineLetter(CRASHED, line, meta);
}

/** The dead letter of an event of which the worker died. */
export function crashedEventLetter(event: NormalisedEvent, entry: EventEntry, row: number): DeadLetter {
  return eventLetter(CRASHED, event, entry, row);
}

/** The dead letter of an event on which a stage behind ingest failed alone. */
export function poisonLetter(
  event: NormalisedEvent,
  entry: EventEntry,
  row: number,
  error: unknown,
): DeadLetter {
  const detail = error instanceof Error ? error.message : 'unknown fault';
  return eventLetter({ reason: 'poison', detail }, event, entry, row);
}

type EventEntry = Pick<SegmentEntry, 'id' | 'timeline' | 'meta'>;

function eventLetter(cause: Cause, event: NormalisedEvent, entry: EventEntry, row: number): DeadLetter {
  const { at } = JSON.parse(entry.meta) as Pick<BatchMeta, 'at'>;
  return {
    ...cause,
    dataset: 'watchfloor',
    entry: entry.id,
    row,
    timeline: entry.timeline,
    at,
    ...keptText(JSON.stringify(event)),
    ...(event.event.id === undefined ? {} : { eventId: event.event.id }),
  };
}
