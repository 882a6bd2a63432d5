import type { RejectionReason } from '@watchfloor/contracts';
import type { Rejection } from './format';

/** A detail quotes at most this much of a line: it is stored and shown. */
const QUOTED_CHARACTERS = 120;

/** A line that could not be read. `detail` says to a person what was expected. */
export function reject(reason: RejectionReason, detail: string): Rejection {
  return { rejected: { reason, detail } };
}

/** The rejection of a line without the form of its dataset. */
export function unrecognised(expected: string): Rejection {
  return reject('unrecognised', `not ${expected}`);
}

/** The rejection of a field outside its range, with the beginning of what stood there. */
export function invalidField(field: string, found: unknown): Rejection {
  return reject('invalid_field', `${field} cannot be ${quote(found)}`);
}

/** The rejection of a record without a field that gives it its meaning. */
export function missingField(field: string): Rejection {
  return reject('missing_field', `no ${field}`);
}

/** The rejection of a line whose event time cannot be read. */
export function invalidTimestamp(found: string): Rejection {
  return reject('invalid_timestamp', `no event time in ${quote(found)}`);
}

function quote(found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? String(found));
  return JSON.stringify(text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text);
}
