const QUARTER_HOUR_MS = 900_000;
const DAY_MS = 86_400_000;
/** Quarter hours kept per zone: about six weeks of log time, a few hundred kilobytes at most. */
const REMEMBERED_QUARTERS = 4096;

/** Turns the wall clock of one zone into instants. */
export interface TimeZone {
  /**
   * The instant at which the zone's clocks show `wallMs` (the wall clock written as if it were UTC, in ms).
   * A time that occurs twice is the first of the two, one that daylight saving skips moves forward by the gap:
   * the `compatible` rule of Temporal. NaN stays NaN.
   */
  toUtc(wallMs: number): number;
}

const UTC: TimeZone = { toUtc: (wallMs) => wallMs };

/** True when `name` is an IANA zone that this runtime knows, or a fixed offset such as `+02:00`. */
export function isTimeZone(name: string): boolean {
  if (fixedOffsetMs(name) !== undefined) return true;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zone of that name. Throws a RangeError for a name of which `isTimeZone` is false. */
export function timeZone(name: string): TimeZone {
  if (name === 'UTC' || name === 'Z') return UTC;
  const fixed = fixedOffsetMs(name);
  if (fixed !== undefined) return { toUtc: (wallMs) => wallMs - fixed };
  return namedZone(offsetLookup(name));
}

/**
 * Offsets change on quarter hours only, so one lookup serves every line of the same quarter hour:
 * the time zone database is consulted a few dozen times a day of log, never per line.
 */
function namedZone(offsetAt: (utcMs: number) => number): TimeZone {
  const offsets = new Map<number, number>();
  let lastQuarter = NaN;
  let lastOffset = 0;
  return {
    toUtc(wallMs) {
      if (Number.isNaN(wallMs)) return NaN;
      const quarter = Math.floor(wallMs / QUARTER_HOUR_MS);
      if (quarter !== lastQuarter) {
        let offset = offsets.get(quarter);
        if (offset === undefined) {
          offset = offsetOfWall(wallMs, offsetAt);
          if (offsets.size >= REMEMBERED_QUARTERS) offsets.clear();
          offsets.set(quarter, offset);
        }
        lastQuarter = quarter;
        lastOffset = offset;
      }
      return wallMs - lastOffset;
    },
  };
}

function offsetOfWall(wallMs: number, offsetAt: (utcMs: number) => number): number {
  const before = offsetAt(wallMs - DAY_MS);
  const after = offsetAt(wallMs + DAY_MS);
  if (before === after) return before;
  if (offsetAt(wallMs - before) === before) return before;
  return offsetAt(wallMs - after) === after ? after : before;
}

function offsetLookup(name: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (utcMs) => {
    const parts = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    for (const { type, value } of format.formatToParts(utcMs)) {
      if (type in parts) parts[type as keyof typeof parts] = Number(value);
    }
    const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return wall - Math.floor(utcMs / 1000) * 1000;
  };
}

function fixedOffsetMs(name: string): number | undefined {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(name);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
