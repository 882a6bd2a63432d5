import type { NormalisedEvent } from '@watchfloor/contracts';
import { type EventRows, eventRows } from './event-rows';

/** The place of an event in the order in which detection consumes: event time, then producer, then sequence. */
export interface Position {
  /** Event time in ms since the epoch. */
  readonly time: number;
  readonly producer: string;
  readonly sequence: number;
}

/** An event with its place in the order. Plain: it survives JSON. */
export interface PlacedEvent extends Position {
  readonly event: NormalisedEvent;
}

/** A row with its place in the order. */
export interface PlacedRow extends Position {
  readonly rows: EventRows;
  readonly row: number;
}

/** The row as an event that holds on to nothing of the batch that it is in. */
export function toPlacedEvent({ time, producer, sequence, rows, row }: PlacedRow): PlacedEvent {
  return structuredClone({ time, producer, sequence, event: rows.event(row) });
}

/** The row of an event that is in no batch any more. */
export function toPlacedRow({ time, producer, sequence, event }: PlacedEvent): PlacedRow {
  return { time, producer, sequence, rows: eventRows([event]), row: 0 };
}

/** Negative when `a` comes before `b`, 0 when they are the same event. */
export function comparePositions(a: Position, b: Position): number {
  if (a.time !== b.time) return a.time - b.time;
  // The shorter first: requests of one run end in their numbers, and 900 comes before 1000.
  if (a.producer.length !== b.producer.length) return a.producer.length - b.producer.length;
  if (a.producer !== b.producer) return a.producer < b.producer ? -1 : 1;
  return a.sequence - b.sequence;
}

const ZERO = 48;
const NINE = 57;
/** More digits than every sequence has that a number can hold exactly. */
const MOST_DIGITS = 15;

/**
 * Gives events their places by their ids, so that the order is theirs and not that of delivery: `<producer>-<number>` is
 * that event of that producer, any other id a producer of its own. One placer serves many events: producers of successive
 * events that are the same text are the same string, which makes comparing them free.
 */
export class Placer {
  private producer = '';

  /** @param id that of the event, or what stands for it where it has none */
  place(rows: EventRows, row: number, time: number, id: string): PlacedRow {
    const dash = id.lastIndexOf('-');
    const sequence = dash < 0 ? undefined : numberAfter(id, dash);
    const producer = sequence === undefined ? id : this.producerOf(id, dash);
    return { time, producer, sequence: sequence ?? 0, rows, row };
  }

  private producerOf(id: string, length: number): string {
    if (this.producer.length !== length || !id.startsWith(this.producer)) this.producer = id.slice(0, length);
    return this.producer;
  }
}

function numberAfter(id: string, dash: number): number | undefined {
  const digits = id.length - dash - 1;
  if (digits === 0 || digits > MOST_DIGITS) return undefined;
  let value = 0;
  for (let at = dash + 1; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    if (code < ZERO || code > NINE) return undefined;
    value = value * 10 + code - ZERO;
  }
  return value;
}
