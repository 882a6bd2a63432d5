import type { ReadingContext } from './format';
import { timeZone, type TimeZone } from './time-zone';
import { EARLIEST_YEAR, yearInference, type YearInference } from './year-inference';

const MONTHS: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, at) => [
    name,
    at + 1,
  ]),
);
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const HOUR_MS = 3_600_000;
/** Characters of an ISO date, hour and minute with the colon after them. */
const MINUTE_WIDTH = 17;

const COLON = 58;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const COMMA = 44;
const SLASH = 47;

/**
 * Reads the timestamps of log lines. Every method reads at a position of the text, returns ms since the epoch and
 * leaves the position after the timestamp in `end`; a NaN means that no such timestamp stands there (`end` is then
 * meaningless). Times without a zone are in the zone of the context, dates without a year get the inferred one.
 */
export class TimestampReader {
  /** Position after the timestamp that was read last. */
  end = 0;
  private readonly zone: TimeZone;
  private readonly years: YearInference;
  /** The last ISO date, hour and minute read (`2026-01-05T10:00:`) and its instant as if in UTC. */
  private lastMinute = 'none';
  private lastMinuteMs = NaN;
  private lastSyslog = '';
  private lastSyslogMs = NaN;
  private lastInstant = NaN;

  /** Throws a RangeError when the context's zone does not exist (`isTimeZone` tells beforehand). */
  constructor(private readonly context: ReadingContext) {
    this.zone = timeZone(context.timezone);
    this.years = yearInference(context);
  }

  /** True once a date without a year was placed in 1970 or later for want of anything better. */
  get yearsInferred(): boolean {
    return this.years.inferred;
  }

  /** Notes the event time of a line, for lines after it that carry none. */
  remember(instant: number): void {
    this.lastInstant = instant;
  }

  /** The event time of a line that carries none: its arrival, else that of the line before, else the year's beginning. */
  assumed(): number {
    const { nearestTo, year } = this.context;
    if (nearestTo !== undefined) return nearestTo;
    return Number.isNaN(this.lastInstant) ? Date.UTC(year ?? EARLIEST_YEAR, 0, 1) : this.lastInstant;
  }

  /** RFC 3164 and its relatives: `Dec 10 06:55:46`, `Dec  1 06:55:46.123`, `Dec 10 2026 06:55:46`. */
  syslog(text: string, at: number): number {
    const second = text.slice(at, at + 15);
    if (second === this.lastSyslog) {
      this.end = at + 15;
      return this.fraction(text, this.lastSyslogMs);
    }
    const month = monthAt(text, at);
    if (month === 0 || text.charCodeAt(at + 3) !== SPACE) return NaN;
    let next = at + 4;
    if (text.charCodeAt(next) === SPACE) next++;
    const day = digits(text, next, 2);
    if (day < 0) return NaN;
    next += isDigit(text, next + 1) ? 2 : 1;
    if (text.charCodeAt(next) !== SPACE) return NaN;
    const year =
      isDigit(text, next + 3) && text.charCodeAt(next + 5) === SPACE ? exactly(text, next + 1, 4) : -1;
    if (year >= 0) next += 5;
    const clock = clockAt(text, next + 1);
    const instant = year >= 0 ? this.dated(year, month, day, clock) : this.yearless(month, day, clock);
    this.end = next + 9;
    if (this.end === at + 15 && !Number.isNaN(instant)) {
      this.lastSyslog = second;
      this.lastSyslogMs = instant;
    }
    return this.fraction(text, instant);
  }

  /**
   * ISO 8601 and RFC 3339: `2026-01-05T10:00:00Z`, `2026-01-05 10:00:00,123`, `…T10:00:00.123456+0200`,
   * `…+02:00`, `… +0200`. Without an offset the time is in the zone of the context.
   */
  iso(text: string, at: number): number {
    const second = text.startsWith(this.lastMinute, at) ? exactly(text, at + MINUTE_WIDTH, 2) : -1;
    const wall = second >= 0 && second <= 60 ? this.lastMinuteMs + second * 1000 : this.isoWall(text, at);
    this.end = at + 19;
    return this.offset(text, this.fraction(text, wall));
  }

  private isoWall(text: string, at: number): number {
    if (text.charCodeAt(at + 4) !== MINUS || text.charCodeAt(at + 7) !== MINUS) return NaN;
    const separator = text.charCodeAt(at + 10);
    if (separator !== 84 && separator !== SPACE && separator !== 116) return NaN;
    const wall = wallClock(
      exactly(text, at, 4),
      exactly(text, at + 5, 2),
      exactly(text, at + 8, 2),
      clockAt(text, at + 11),
    );
    if (!Number.isNaN(wall)) {
      this.lastMinute = text.slice(at, at + MINUTE_WIDTH);
      this.lastMinuteMs = wall - exactly(text, at + MINUTE_WIDTH, 2) * 1000;
    }
    return wall;
  }

  /** nginx's error log: `2026/01/05 10:00:00`, in the zone of the context. */
  slashed(text: string, at: number): number {
    if (text.charCodeAt(at + 4) !== SLASH || text.charCodeAt(at + 7) !== SLASH) return NaN;
    if (text.charCodeAt(at + 10) !== SPACE) return NaN;
    const clock = clockAt(text, at + 11);
    this.end = at + 19;
    const instant = this.dated(
      exactly(text, at, 4),
      exactly(text, at + 5, 2),
      exactly(text, at + 8, 2),
      clock,
    );
    return this.fraction(text, instant);
  }

  /** The common log format: `10/Oct/2000:13:55:36 -0700`; without the offset in the zone of the context. */
  common(text: string, at: number): number {
    const day = digits(text, at, 2);
    const slash = isDigit(text, at + 1) ? at + 2 : at + 1;
    const month = monthAt(text, slash + 1);
    if (day < 0 || month === 0 || text.charCodeAt(slash) !== SLASH) return NaN;
    if (text.charCodeAt(slash + 4) !== SLASH || text.charCodeAt(slash + 9) !== COLON) return NaN;
    const wall = wallClock(exactly(text, slash + 5, 4), month, day, clockAt(text, slash + 10));
    this.end = slash + 18;
    return this.offset(text, this.fraction(text, wall));
  }

  /** C's `ctime`, as Apache's error log has it: `Sun Nov 22 18:00:00.123456 2026`, `Sun Nov  2 18:00:00 2026`. */
  ctime(text: string, at: number): number {
    const month = monthAt(text, at + 4);
    if (month === 0 || text.charCodeAt(at + 3) !== SPACE || text.charCodeAt(at + 7) !== SPACE) return NaN;
    const first = text.charCodeAt(at + 8) === SPACE ? at + 9 : at + 8;
    const day = digits(text, first, 2);
    const next = first + (isDigit(text, first + 1) ? 2 : 1);
    if (day < 0 || text.charCodeAt(next) !== SPACE) return NaN;
    const clock = clockAt(text, next + 1);
    this.end = next + 9;
    const millis = this.fraction(text, 0);
    const year = text.charCodeAt(this.end) === SPACE ? exactly(text, this.end + 1, 4) : -1;
    this.end += 5;
    return this.dated(year, month, day, clock) + millis;
  }

  /** Seconds since the epoch with an optional fraction: `1700000000`, `1700000000.123456`. */
  epochSeconds(text: string, at: number): number {
    let next = at;
    let seconds = 0;
    while (isDigit(text, next) && next - at <= 11) seconds = seconds * 10 + (text.charCodeAt(next++) - 48);
    if (next === at || next - at > 11) return NaN;
    this.end = next;
    return this.fraction(text, seconds * 1000);
  }

  private dated(year: number, month: number, day: number, clock: number): number {
    return this.zone.toUtc(wallClock(year, month, day, clock));
  }

  private yearless(month: number, day: number, clock: number): number {
    // A leap year accepts every date that exists: only real dates may move the inferred year on.
    if (Number.isNaN(wallClock(2000, month, day, clock))) return NaN;
    return this.dated(
      this.years.yearOf(month, (year) => wallClock(year, month, day, clock)),
      month,
      day,
      clock,
    );
  }

  /** Adds the fraction of a second at `end`, cut to milliseconds, and moves `end` behind it. */
  private fraction(text: string, ms: number): number {
    const mark = text.charCodeAt(this.end);
    if ((mark !== DOT && mark !== COMMA) || !isDigit(text, this.end + 1)) return ms;
    let next = this.end + 1;
    let millis = 0;
    for (let weight = 100; isDigit(text, next); next++) {
      millis += (text.charCodeAt(next) - 48) * weight;
      weight = weight === 100 ? 10 : weight === 10 ? 1 : 0;
    }
    this.end = next;
    return ms + millis;
  }

  /** Applies the offset at `end` (`Z`, `UTC`, `+02:00`, `+0200`, `+02`, after at most one space), else the zone. */
  private offset(text: string, wallMs: number): number {
    const at = text.charCodeAt(this.end) === SPACE ? this.end + 1 : this.end;
    const sign = text.charCodeAt(at);
    if (sign === 90 || sign === 122) {
      if (isWordAt(text, at + 1)) return this.zone.toUtc(wallMs);
      this.end = at + 1;
      return wallMs;
    }
    if ((sign === 85 || sign === 71) && (text.startsWith('UTC', at) || text.startsWith('GMT', at))) {
      this.end = at + 3;
      return wallMs;
    }
    const hours = sign === PLUS || sign === MINUS ? exactly(text, at + 1, 2) : -1;
    if (hours < 0) return this.zone.toUtc(wallMs);
    const minutesAt = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
    const minutes = exactly(text, minutesAt, 2);
    this.end = minutes < 0 ? at + 3 : minutesAt + 2;
    const offset = hours * HOUR_MS + Math.max(minutes, 0) * 60_000;
    return sign === PLUS ? wallMs - offset : wallMs + offset;
  }
}

/** Month 1-12 of the English abbreviation at a position, 0 when there is none. */
function monthAt(text: string, at: number): number {
  return MONTHS.get(text.slice(at, at + 3)) ?? 0;
}

/** A date and the ms of its day as if in UTC; NaN where the date does not exist or the clock is NaN. */
function wallClock(year: number, month: number, day: number, clockMs: number): number {
  const longest = DAYS_IN_MONTH[month - 1];
  if (longest === undefined || day < 1 || day > longest || year < 100) return NaN;
  if (month === 2 && day === 29 && !isLeap(year)) return NaN;
  return Date.UTC(year, month - 1, day) + clockMs;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** `hh:mm:ss` as ms of the day, NaN when it is none. A leap second (60) is the first second of the next minute. */
function clockAt(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return NaN;
  const hour = exactly(text, at, 2);
  const minute = exactly(text, at + 3, 2);
  const second = exactly(text, at + 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NaN;
  return hour * HOUR_MS + minute * 60_000 + second * 1000;
}

/** A number of exactly `length` digits, -1 when there is none. */
function exactly(text: string, at: number, length: number): number {
  let value = 0;
  for (let next = at; next < at + length; next++) {
    if (!isDigit(text, next)) return -1;
    value = value * 10 + text.charCodeAt(next) - 48;
  }
  return value;
}

/** A number of at most `longest` digits, -1 when there is none. */
function digits(text: string, at: number, longest: number): number {
  let next = at;
  let value = 0;
  while (next < at + longest && isDigit(text, next)) value = value * 10 + text.charCodeAt(next++) - 48;
  return next === at ? -1 : value;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}
