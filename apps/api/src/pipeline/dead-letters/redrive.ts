import { type NormalisedEvent, type Stage, TEXT_LIMITS } from '@watchfloor/contracts';
import { parseEventTime } from '@watchfloor/windowing';
import { validateEvent } from '../../edge/validate-event';
import { parseControlBody } from '../../http/parse-json';
import { arrivalTime } from '../arrival-time';
import { encodeBatch } from '../batch-codec';
import type { BatchMeta, DeadLetter, RawMeta } from '../entry';
import { countLines } from '../ingest/split-lines';
import { keyOf, partitionOf } from '../partitioning';

/** The entry that puts one event back into the input of its stage. */
export interface RedrivenEntry {
  readonly eventId: string;
  readonly meta: RawMeta | BatchMeta;
  readonly body: Buffer;
}

/** Why a dead letter does not go back. */
export interface RedriveRefusal {
  readonly refused: 'raw_required' | 'invalid_raw';
  readonly detail?: string;
}

/** Where and when a dead letter goes back. */
export interface RedriveContext {
  readonly stage: Stage;
  /** Partition it lies in, of so many. */
  readonly partition: number;
  readonly partitions: number;
  /** Now, in ms since the epoch. */
  readonly now: number;
}

const REDRIVEN = /^(.*)-r(\d{1,3})$/;

/** The id of a redriven event, derived from the one before: `a` -> `a-r1` -> `a-r2`, within the length of ids. */
export function redrivenId(id: string): string {
  const [, base = id, times = '0'] = REDRIVEN.exec(id) ?? [];
  const suffix = `-r${Number(times) + 1}`;
  // The end of an id tells more than its beginning: minted ids end in the row.
  return `${base.slice(-(TEXT_LIMITS.id - suffix.length))}${suffix}`;
}

/**
 * The entry that brings a dead letter back to the stage that rejected it, with its kept text or an edited one.
 * What happened is not changed by trying again: timeline, arrival and the reading of times stay those of the letter.
 */
export function redrive(
  letter: DeadLetter,
  edited: string | undefined,
  context: RedriveContext,
): RedrivenEntry | RedriveRefusal {
  const text = edited ?? (letter.cut ? undefined : letter.raw);
  if (text === undefined) return { refused: 'raw_required' };
  const eventId = redrivenId(letter.eventId ?? `${letter.entry}-${letter.row}`);
  return context.stage === 'ingest'
    ? redrivenLine(letter, text, eventId)
    : redrivenEvent(letter, text, eventId, context);
}

function redrivenLine(letter: DeadLetter, text: string, eventId: string): RedrivenEntry | RedriveRefusal {
  const body = Buffer.from(text);
  if (countLines(body) !== 1) return { refused: 'invalid_raw', detail: 'raw is one line' };
  const { dataset, at, told } = letter;
  return { eventId, meta: { codec: 'lines', dataset, at, idPrefix: eventId, eventId, ...told }, body };
}

function redrivenEvent(
  letter: DeadLetter,
  text: string,
  eventId: string,
  { stage, partition, partitions, now }: RedriveContext,
): RedrivenEntry | RedriveRefusal {
  const event = parseEvent(text);
  if ('refused' in event) return event;
  event.event.id = eventId;
  const { at } = letter;
  const time = parseEventTime(event['@timestamp']);
  const { futureFrom, carriedUpTo } = arrivalTime(letter.timeline, at);
  const future = time > futureFrom;
  const rows = { times: [time], events: [event], future: future ? [0] : [] };
  const body = encodeBatch(rows, partitionOf(keyOf(event), partitions));
  if (stage === 'processing') {
    const highest = future ? -1 : Math.min(time, carriedUpTo);
    return { eventId, meta: { at, ingestedAt: now, highest }, body };
  }
  if (isElsewhere(event, partition, partitions)) {
    return { refused: 'invalid_raw', detail: 'source.ip and host.name of a keyed event stay as they were' };
  }
  // No channel brought it: it says nothing about how far event time has come.
  return { eventId, meta: { at, ingestedAt: now, processedAt: now, highest: -1 }, body };
}

function parseEvent(text: string): NormalisedEvent | RedriveRefusal {
  const parsed = parseControlBody(Buffer.from(text));
  if ('refused' in parsed) return { refused: 'invalid_raw', detail: parsed.refused };
  const verdict = validateEvent(parsed.value);
  if ('event' in verdict) return verdict.event;
  return { refused: 'invalid_raw', detail: `${verdict.code}: ${verdict.detail}` };
}

/** An event is counted where its source is: with another source it would lie in a partition that is not its own. */
function isElsewhere(event: NormalisedEvent, partition: number, partitions: number): boolean {
  const keyed = event.source?.ip !== undefined || event.host?.name !== undefined;
  return keyed && partitionOf(keyOf(event), partitions) !== partition;
}
