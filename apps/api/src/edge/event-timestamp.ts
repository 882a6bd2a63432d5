import { parseEventTime } from '@watchfloor/windowing';

const CANONICAL = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?([Zz]|[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?)?)?$/;
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

let lastDay = '';

/**
 * `@timestamp` as the pipeline keeps it (UTC, ms) of an ISO 8601 time from 1970 on: date alone, without seconds, with
 * `Z`, an offset or, as in Elasticsearch, none (UTC). Fractions are cut to ms. Undefined for anything else.
 */
export function normaliseTimestamp(text: string): string | undefined {
  if (text.length === 24 && CANONICAL.test(text) && isDay(text.slice(0, 10))) {
    return text >= '1970' ? text : undefined;
  }
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  if (!isDay(day)) return undefined;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const time = parseEventTime(`${day}T${hour}:${minute}:${second}.${millis}Z`) - offsetMs(zone);
  return time >= 0 && time <= LAST ? new Date(time).toISOString() : undefined;
}

/** Whether `YYYY-MM-DD` is in the calendar. Neighbouring events share their day. */
function isDay(text: string): boolean {
  if (text === lastDay) return true;
  const time = parseEventTime(`${text}T00:00:00.000Z`);
  if (new Date(time).toISOString().slice(0, 10) !== text) return false;
  lastDay = text;
  return true;
}

function offsetMs(zone: string): number {
  if (zone.length === 1) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
