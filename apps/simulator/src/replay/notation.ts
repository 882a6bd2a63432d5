/** The notations in which logs write time. All numbers are microseconds since the epoch. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;

/** What a notation needs to know that the text does not say. */
export interface Reading {
  /** The instant in microseconds at which the wall clock of the log's zone shows this (given as if it were UTC). */
  instantOf(wallUs: number): number;
  /** The year of a date without one. */
  yearOf(month: number): number;
}

/** One way to write time. `pattern` has the text before the time as group 1 and the time as group 2. */
export interface Notation {
  readonly pattern: RegExp;
  /** Undefined when the numbers are no time. */
  read(time: string, reading: Reading): number | undefined;
  /** Writes a time as `like` was written: same precision, same zone; UTC where the notation has none. */
  write(us: number, like: string): string;
}

const two = (number: number): string => `${number}`.padStart(2, '0');
const dateOf = (us: number): Date => new Date(Math.floor(us / 1000));
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

/** Microseconds of a fraction's digits. */
const fractionUs = (digits: string): number => Number(`${digits}000000`.slice(0, 6));
/** As many digits of the fraction as `digits` has. */
const fraction = (us: number, digits: number): string =>
  `${((us % SECOND_US) + SECOND_US) % SECOND_US}`.padStart(6, '0').padEnd(digits, '0').slice(0, digits);

/** `+0200`, `-03:30` or `Z` in microseconds; undefined for no zone. */
function zoneUs(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === '') return undefined;
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * MINUTE_US;
}

const resolve = (wallUs: number, zone: string | undefined, reading: Reading): number => {
  const offset = zoneUs(zone);
  return offset === undefined ? reading.instantOf(wallUs) : wallUs - offset;
};

const monthOf = (name: string | undefined): number => MONTHS.indexOf(name ?? '');
const wall = (year: number, month: number, rest: readonly (string | undefined)[]): number => {
  const [day, hour, minute, second] = rest.map(Number);
  return Date.UTC(year, month, day, hour, minute, second) * 1000;
};

/** `Nov  2 08:05:01` (RFC 3164). */
const SYSLOG = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)$/;
export const syslog: Notation = {
  pattern: /^((?:<\d{1,3}>)?)([A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d)/,
  read(time, reading) {
    const [, name, ...rest] = SYSLOG.exec(time) ?? [];
    const month = monthOf(name);
    return month < 0 ? undefined : reading.instantOf(wall(reading.yearOf(month), month, rest));
  },
  write(us) {
    const date = dateOf(us);
    return `${MONTHS[date.getUTCMonth()]} ${`${date.getUTCDate()}`.padStart(2)} ${clock(date)}`;
  },
};

const ISO_TEXT = '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?';
const ISO = /^(\d{4})-(\d\d)-(\d\d)([T ])(\d\d):(\d\d):(\d\d)(?:([.,])(\d+))?(Z|[+-]\d\d:?\d\d)?$/;

const readIso = (time: string, reading: Reading): number | undefined => {
  const [, year, month, day, , hour, minute, second, , digits = '', zone] = ISO.exec(time) ?? [];
  if (year === undefined) return undefined;
  const wallUs = wall(Number(year), Number(month) - 1, [day, hour, minute, second]) + fractionUs(digits);
  return resolve(wallUs, zone, reading);
};

const writeIso = (us: number, like: string): string => {
  const [, , , , separator = 'T', , , , point = '', digits = '', zone = ''] = ISO.exec(like) ?? [];
  const local = us + (zoneUs(zone) ?? 0);
  const date = dateOf(local);
  const day = date.toISOString().slice(0, 10);
  return `${day}${separator}${clock(date)}${point}${digits === '' ? '' : fraction(local, digits.length)}${zone}`;
};

/** An ISO time at the beginning of a line, also after a syslog version (RFC 5424). */
export const iso: Notation = {
  pattern: new RegExp(`^((?:<\\d{1,3}>)?(?:1 )?)(${ISO_TEXT})`),
  read: readIso,
  write: writeIso,
};

/** The times of a JSON record: `timestamp`, `@timestamp`, `ts` as text, and the ends of a Suricata flow. */
export const jsonIso: Notation = {
  pattern: new RegExp(`("(?:@?timestamp|ts|start|end)"\\s*:\\s*")(${ISO_TEXT})(?=")`),
  read: readIso,
  write: writeIso,
};

const readEpoch = (time: string): number | undefined => {
  const [seconds = '', digits = ''] = time.split('.');
  return Number(seconds) * SECOND_US + fractionUs(digits);
};
const writeEpoch = (us: number, like: string): string => {
  const digits = like.split('.')[1] ?? '';
  const seconds = `${Math.floor(us / SECOND_US)}`;
  return digits === '' ? seconds : `${seconds}.${fraction(us, digits.length)}`;
};

/** Zeek's JSON: `"ts":1763836801.123456`. */
export const jsonEpoch: Notation = {
  pattern: /("ts"\s*:\s*"?)(\d{1,11}(?:\.\d{1,9})?)(?=[",}\s])/,
  read: readEpoch,
  write: writeEpoch,
};

/** A column of a tab-separated Zeek log, counted from 0. */
export function column(index: number): Notation {
  return {
    pattern: new RegExp(`^((?:[^\\t]*\\t){${index}})(\\d{1,11}(?:\\.\\d{1,9})?)(?=\\t|$)`),
    read: readEpoch,
    write: writeEpoch,
  };
}

const ACCESS = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})$/;
/** `[22/Nov/2026:18:40:01 +0000]` of access logs. */
export const accessLog: Notation = {
  pattern: /^([^[]{0,400}\[)(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})(?=\])/,
  read(time, reading) {
    const [, day, name, year, hour, minute, second, zone] = ACCESS.exec(time) ?? [];
    const month = monthOf(name);
    return month < 0
      ? undefined
      : resolve(wall(Number(year), month, [day, hour, minute, second]), zone, reading);
  },
  write(us, like) {
    const zone = like.slice(-5);
    const date = dateOf(us + (zoneUs(zone) ?? 0));
    return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock(date)} ${zone}`;
  },
};

const SLASHES = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)$/;
/** `2026/11/22 18:40:01` of nginx's error log. */
export const nginxError: Notation = {
  pattern: /^()(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d)/,
  read(time, reading) {
    const [, year, month, ...rest] = SLASHES.exec(time) ?? [];
    return reading.instantOf(wall(Number(year), Number(month) - 1, rest));
  },
  write(us) {
    const date = dateOf(us);
    return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${clock(date)}`;
  },
};

const APACHE = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d+))? (\d{4})$/;
/** `[Sun Nov 22 18:40:01.123456 2026]` of Apache's error log. */
export const apacheError: Notation = {
  pattern: /^(\[)([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \d{4})(?=\])/,
  read(time, reading) {
    const [, name, day, hour, minute, second, digits = '', year] = APACHE.exec(time) ?? [];
    const month = monthOf(name);
    if (month < 0) return undefined;
    return reading.instantOf(wall(Number(year), month, [day, hour, minute, second]) + fractionUs(digits));
  },
  write(us, like) {
    const date = dateOf(us);
    const digits = APACHE.exec(like)?.[6] ?? '';
    const second = digits === '' ? '' : `.${fraction(us, digits.length)}`;
    const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
    return `${day} ${clock(date)}${second} ${date.getUTCFullYear()}`;
  },
};
