const MINUTE_MS = 60_000;
let lastMinute = NaN;
let lastPrefix = '';

/**
 * `@timestamp` of an instant: UTC with milliseconds, `2026-01-05T10:00:00.000Z`.
 * Neighbouring lines share their minute, so its text is kept; the kept text never changes an answer.
 */
export function formatEventTime(ms: number): string {
  const whole = Math.floor(ms);
  const minute = Math.floor(whole / MINUTE_MS);
  if (minute !== lastMinute) {
    lastPrefix = new Date(minute * MINUTE_MS).toISOString().slice(0, 17);
    lastMinute = minute;
  }
  const rest = whole - minute * MINUTE_MS;
  const second = (rest / 1000) | 0;
  const millis = rest % 1000;
  const seconds = second < 10 ? `0${second}` : `${second}`;
  if (millis === 0) return `${lastPrefix}${seconds}.000Z`;
  return `${lastPrefix}${seconds}.${millis < 10 ? '00' : millis < 100 ? '0' : ''}${millis}Z`;
}

/** The instants that `@timestamp` can show: 0000-01-01 up to the end of 9999. */
export function isShowable(ms: number): boolean {
  return ms >= -62_167_219_200_000 && ms <= 253_402_300_799_999;
}
