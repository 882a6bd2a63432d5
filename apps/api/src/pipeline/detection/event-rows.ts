import type { NormalisedEvent } from '@watchfloor/contracts';
import type { EventField } from '../batch/event-field';
import type { Shape } from '../batch/shape';

/** Some events by row, read field by field: rules ask for few of an event's fields, and mostly for none. */
export interface EventRows {
  readonly length: number;
  /** The value of a field of the event of a row; undefined where it has none. */
  read(row: number, field: EventField): unknown;
  /** The whole event of a row. */
  event(row: number): NormalisedEvent;
  /** The shape of the event of a row, where events lie in a batch. */
  shapeAt?(row: number): Shape;
}

/** Events that are there as objects. */
export function eventRows(events: readonly NormalisedEvent[]): EventRows {
  const event = (row: number): NormalisedEvent => {
    const found = events[row];
    if (found === undefined) throw new RangeError(`no event in row ${row}`);
    return found;
  };
  return { length: events.length, event, read: (row, field) => field.of(event(row)) };
}
