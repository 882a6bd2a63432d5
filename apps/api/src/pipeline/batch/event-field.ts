import type { NormalisedEvent } from '@watchfloor/contracts';
import { isDescribed } from '../processing/describe';

/** One field of normalised events: read of an event here, of a row of a batch where its shape says. Made by `eventField`. */
export class EventField {
  readonly names: readonly string[];
  /** Whether enrichment may add it when the event is read. */
  readonly isDescribed: boolean;

  constructor(
    /** Dotted, e.g. `source.ip`. */
    readonly path: string,
    /** Different for every field, from 0. */
    readonly number: number,
  ) {
    this.names = path.split('.');
    this.isDescribed = isDescribed(path);
  }

  /** Its value in an event; undefined where the event has none. */
  of(event: NormalisedEvent): unknown {
    let value: unknown = event;
    for (const name of this.names) value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
    return value;
  }
}

const fields = new Map<string, EventField>();

/** The field at a dotted path; the same object every time. Only for paths that rules and this code name: they are kept. */
export function eventField(path: string): EventField {
  const known = fields.get(path);
  if (known !== undefined) return known;
  const field = new EventField(path, fields.size);
  fields.set(path, field);
  return field;
}
