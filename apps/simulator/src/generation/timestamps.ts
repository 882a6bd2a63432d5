/** The notations of time in which native programs write. All take microseconds since the epoch and write UTC. */

export const SECOND_US = 1_000_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`);

/** Remembers the text of the last second: lines come in time order, thousands in each. */
function oncePerSecond(write: (date: Date) => string): (us: number) => string {
  let lastSecond = -1;
  let text = '';
  return (us) => {
    const second = Math.floor(us / SECOND_US);
    if (second !== lastSecond) {
      lastSecond = second;
      text = write(new Date(second * 1000));
    }
    return text;
  };
}

const month = (date: Date): string => MONTHS[date.getUTCMonth()] ?? '';
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

/** `Nov  2 08:05:01`: RFC 3164, the day padded with a space, no year. */
export const syslogTime = oncePerSecond(
  (date) => `${month(date)} ${`${date.getUTCDate()}`.padStart(2)} ${clock(date)}`,
);

/** `22/Nov/2026:18:40:01 +0000`: access logs. */
export const accessLogTime = oncePerSecond(
  (date) => `${two(date.getUTCDate())}/${month(date)}/${date.getUTCFullYear()}:${clock(date)} +0000`,
);

const isoSeconds = oncePerSecond((date) => date.toISOString().slice(0, 19));

const micros = (us: number): string => `${us % SECOND_US}`.padStart(6, '0');

/** `2026-11-22T18:40:01.123456` without a zone, for the notations that add theirs. */
export const isoTime = (us: number): string => `${isoSeconds(us)}.${micros(us)}`;

/** `1763836801.123456`: seconds since the epoch. */
export const epochSeconds = (us: number): string => `${Math.floor(us / SECOND_US)}.${micros(us)}`;

/** A duration in seconds with six decimals, without leading zeros beyond the first: `0.000120`. */
export const seconds = (us: number): string => `${Math.floor(us / SECOND_US)}.${micros(us)}`;
