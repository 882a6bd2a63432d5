import {
  ECS_VERSION,
  TEXT_LIMITS,
  type Dataset,
  type NormalisedEvent,
  type RequestedDataset,
} from '@watchfloor/contracts';
import { AutoReader } from './auto';
import { boundEvent, cutToBytes, SHORT_LINE } from './bound-event';
import { formatOf } from './formats';
import type { LineReader, ReadingContext, ReadOutcome, Rejection } from './format';
import { reject } from './rejection';

/** Longest line that is read, in bytes of UTF-8. */
export const LONGEST_LINE = 65_536;
/** A day before 1970: what a wall clock of 1970 can be in UTC. Earlier times are of no log. */
const EARLIEST_MS = -86_400_000;
const EARLIEST_TIME = new Date(EARLIEST_MS).toISOString();

const BLANK = reject('not_an_event', 'blank line');
const TOO_LONG = reject('line_too_long', `longer than ${LONGEST_LINE} bytes`);
const BYTE_ORDER_MARK = 0xfeff;
const CARRIAGE_RETURN = 13;
const NOT_BLANK = /\S/;

/**
 * Reads the lines of one request or file, in order, into normalised events. Throws a RangeError when the context's
 * zone does not exist; the reader itself never throws.
 */
export function createLineReader(dataset: RequestedDataset, context: ReadingContext): LineReader {
  return new NormalisingReader(
    dataset === 'auto' ? new AutoReader(context) : formatOf(dataset).reader(context),
  );
}

/** What holds for lines of every dataset: bounds before the format reads, completion and bounds after. */
class NormalisingReader implements LineReader {
  constructor(private readonly format: LineReader) {}

  get yearsInferred(): boolean {
    return this.format.yearsInferred ?? false;
  }

  read(rawLine: string): ReadOutcome {
    const line = withoutMarks(rawLine);
    if (isTooLong(line)) return TOO_LONG;
    if (!NOT_BLANK.test(line)) return BLANK;
    const outcome = this.format.read(line);
    return 'event' in outcome ? (complete(outcome.event, line) ?? outcome) : outcome;
  }

  patternOf(rawLine: string): string {
    return this.format.patternOf?.(withoutMarks(rawLine)) ?? '';
  }

  datasetOf(rawLine: string): Dataset | undefined {
    return this.format.datasetOf?.(withoutMarks(rawLine));
  }
}

const isTooLong = (line: string): boolean =>
  line.length * 3 > LONGEST_LINE &&
  (line.length > LONGEST_LINE || cutToBytes(line, LONGEST_LINE).length < line.length);

/** The line without the byte order mark before the first and the carriage return after each. */
function withoutMarks(line: string): string {
  const first = line.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  const last = line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  return first === 0 && last === line.length ? line : line.slice(first, last);
}

/** Adds what every event carries, in place. Returns a rejection when the event time is of no log. */
function complete(event: NormalisedEvent, line: string): Rejection | undefined {
  if (event['@timestamp'] < EARLIEST_TIME) return reject('invalid_timestamp', 'a time before 1970');
  const group = event.event;
  group.kind ??= 'event';
  group.module ??= moduleOf(group.dataset);
  if (line.length > SHORT_LINE) boundEvent(event);
  group.original ??= cutToBytes(line, TEXT_LIMITS.original);
  event.ecs ??= { version: ECS_VERSION };
  if (event.related?.ip === undefined) relateAddresses(event);
  return undefined;
}

const moduleOf = (dataset: Dataset | string | undefined): string => dataset?.split('.')[0] ?? 'watchfloor';

function relateAddresses(event: NormalisedEvent): void {
  const source = event.source?.ip;
  const destination = event.destination?.ip;
  if (source === undefined && destination === undefined) return;
  const ip: string[] = [];
  if (source !== undefined) ip.push(source);
  if (destination !== undefined && destination !== source) ip.push(destination);
  event.related = { ...event.related, ip };
}
