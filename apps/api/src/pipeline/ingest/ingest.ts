import type { NormalisedEvent } from '@watchfloor/contracts';
import { parseEventTime } from '@watchfloor/windowing';
import { type ArrivalTime, arrivalTime } from '../arrival-time';
import { decode, encodeParts, encodeRows } from '../batch-codec';
import type { Output } from '../commit-plan';
import { lineLetter } from '../dead-letters/dead-letter';
import type { DeadLetter, RawMeta } from '../entry';
import { keyOf, partitionOf } from '../partitioning';
import type { Segment, SegmentEntry } from '../segment';
import type { ReadOutcome } from './format';
import { canonicalIp } from './ip-address';
import { createLineReader } from './normalise';
import { splitLines } from './split-lines';

/** What ingest makes of a segment. */
export interface Ingested {
  readonly outputs: readonly Output[];
  readonly deadLetters: readonly DeadLetter[];
}

/** Rows for one partition under construction. */
interface Lane {
  readonly times: number[];
  readonly events: NormalisedEvent[];
  readonly future: number[];
}

/** A batch under construction: one a timeline, its rows apart by the partition that their source belongs to. */
interface Growing {
  readonly lanes: readonly Lane[];
  at: number;
  /** How far time has come, as far as these events tell; -1: not at all. */
  highest: number;
}

/**
 * The ingest stage: raw entries to one normalised batch a timeline, and dead letters for what cannot be read.
 * Every event of the segment is in exactly one of them. A line that makes a reader fail takes no other down with it.
 * An event goes by its source, one without by its host, then by its id: processing hands the rows on as they lie here.
 * @param now when this happens, in ms; only written down, nothing depends on it
 */
export function ingest(
  segment: Segment,
  { now, partitions }: { readonly now: number; readonly partitions: number },
): Ingested {
  const byTimeline = new Map<string, Growing>();
  const deadLetters: DeadLetter[] = [];
  for (const entry of segment.entries) {
    const meta = JSON.parse(entry.meta) as RawMeta;
    const growing = growingOf(byTimeline, entry.timeline, { at: meta.at, partitions });
    const arrival = arrivalTime(entry.timeline, meta.at);
    for (const [row, outcome, raw] of outcomes(entry, meta)) {
      if ('rejected' in outcome)
        deadLetters.push(
          lineLetter(outcome.rejected, { entry, row, raw, eventId: mintedId(meta, row) }, meta),
        );
      else add(growing, withId(outcome.event, meta, row), arrival);
    }
  }
  const outputs = [...byTimeline].flatMap(([timeline, growing]) => toOutput(timeline, growing, now));
  return { outputs, deadLetters };
}

type Row = [row: number, outcome: ReadOutcome, raw: string];

function outcomes(entry: SegmentEntry, meta: RawMeta): Iterable<Row> {
  return meta.codec === 'lines' ? readLines(entry.body, meta) : readEvents(entry.body, meta);
}

function* readLines(body: Buffer, meta: RawMeta): Generator<Row> {
  const reader = createLineReader(meta.dataset, {
    timezone: meta.timezone ?? 'UTC',
    nearestTo: meta.at,
    year: meta.year,
    host: meta.host,
  });
  let row = 0;
  for (const line of splitLines(body)) {
    yield [row++, line === undefined ? NOT_UTF8 : readOrPoison(() => reader.read(line)), line ?? ''];
  }
}

function* readEvents(body: Buffer, meta: RawMeta): Generator<Row> {
  const skipped = new Set(meta.skip);
  const events = decode<NormalisedEvent[]>(body);
  for (let row = 0; row < events.length; row++) {
    const event = events[row];
    if (event !== undefined && !skipped.has(row)) yield [row, { event }, ''];
  }
}

const NOT_UTF8: ReadOutcome = {
  rejected: { reason: 'invalid_encoding', detail: 'the line is not UTF-8' },
};

/** A fault of a reader on one line is that line's, not its batch's. */
function readOrPoison(read: () => ReadOutcome): ReadOutcome {
  try {
    return read();
  } catch (error) {
    return {
      rejected: { reason: 'poison', detail: error instanceof Error ? error.message : 'unknown fault' },
    };
  }
}

function growingOf(
  byTimeline: Map<string, Growing>,
  timeline: string,
  { at, partitions }: { at: number; partitions: number },
): Growing {
  const existing = byTimeline.get(timeline);
  if (existing) {
    existing.at = Math.min(existing.at, at);
    return existing;
  }
  const lanes = Array.from({ length: partitions }, () => ({ times: [], events: [], future: [] }));
  const created = { lanes, at, highest: -1 };
  byTimeline.set(timeline, created);
  return created;
}

/** The id of an event that brings none. */
export function mintedId({ eventId, idPrefix }: RawMeta, row: number): string {
  return eventId ?? `${idPrefix}-${row}`;
}

/** A redriven event goes under its derived id, whatever the text says. */
function withId(event: NormalisedEvent, meta: RawMeta, row: number): NormalisedEvent {
  if (meta.eventId !== undefined) event.event.id = meta.eventId;
  else event.event.id ??= mintedId(meta, row);
  return event;
}

function add(growing: Growing, event: NormalisedEvent, { futureFrom, carriedUpTo }: ArrivalTime): void {
  spellEnds(event);
  const lane = growing.lanes[partitionOf(keyOf(event), growing.lanes.length)];
  if (lane === undefined) throw new RangeError('partition out of range');
  const time = parseEventTime(event['@timestamp']);
  if (time > futureFrom) lane.future.push(lane.events.length);
  else if (time > growing.highest) growing.highest = Math.max(growing.highest, Math.min(time, carriedUpTo));
  lane.times.push(time);
  lane.events.push(event);
}

/** One address has one spelling, or one source would have several partitions and counts. Readers see to it for lines. */
function spellEnds({ source, destination }: NormalisedEvent): void {
  for (const end of [source, destination]) if (end?.ip?.includes(':')) end.ip = canonicalIp(end.ip) ?? end.ip;
}

function toOutput(timeline: string, { lanes, at, highest }: Growing, now: number): Output[] {
  const events = lanes.reduce((sum, lane) => sum + lane.events.length, 0);
  if (events === 0) return [];
  const parts = lanes.flatMap((lane, partition) =>
    lane.events.length === 0 ? [] : [{ partition, records: encodeRows(lane) }],
  );
  return [{ timeline, events, meta: { at, ingestedAt: now, highest }, body: encodeParts(parts) }];
}
