import { LIVE_TIMELINE, TIMELINE_NAME } from '../pipeline/topology';

/** The query of a request as Fastify parses it: a name given twice is a list. */
export type Query = Readonly<Record<string, unknown>>;

/** What `/logs` may be told about its lines. */
export interface LogOptions {
  readonly host?: string;
  readonly timezone?: string;
  readonly year?: number;
}

/** Names the parameter that is not valid and what it must be. */
export interface InvalidParameter {
  readonly invalid: string;
}

// Printable, as in a host name or a label for one: it becomes host.name.
const HOST = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u;

/** The timeline of a request; `live` when none is named. */
export function timelineOf(query: Query): string | InvalidParameter {
  const { timeline } = query;
  if (timeline === undefined) return LIVE_TIMELINE;
  if (typeof timeline === 'string' && TIMELINE_NAME.test(timeline)) return timeline;
  return { invalid: 'timeline is 1 to 64 lower-case letters, digits or -, not beginning with -' };
}

/** The options of `/logs`. `isTimeZone` says which zones this runtime knows. */
export function logOptionsOf(
  query: Query,
  isTimeZone: (name: string) => boolean,
): LogOptions | InvalidParameter {
  const { host, timezone, year } = query;
  if (host !== undefined && !(typeof host === 'string' && HOST.test(host))) {
    return { invalid: 'host is 1 to 255 printable characters' };
  }
  if (timezone !== undefined && !(typeof timezone === 'string' && isTimeZone(timezone))) {
    return { invalid: 'timezone is an IANA name such as Europe/Berlin or an offset such as +02:00' };
  }
  if (year !== undefined && !(typeof year === 'string' && isYear(year))) {
    return { invalid: 'year is 1970 to 9999' };
  }
  return {
    ...(host === undefined ? {} : { host }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(year === undefined ? {} : { year: Number(year) }),
  };
}

function isYear(text: string): boolean {
  return /^\d{4}$/.test(text) && Number(text) >= 1970;
}
