/** Figures as the screen writes them. All pure; numbers in English notation, times in UTC. */

const whole = new Intl.NumberFormat('en');
const UNITS = ['', 'k', 'M', 'G', 'T'] as const;

/** Every digit, grouped: `1,234,567`. */
export function exactCount(count: number): string {
  return whole.format(Math.round(count));
}

/** Three significant digits with a unit, split so that the unit can be set smaller: `16.7` and `k`. */
export function shortCount(count: number): { readonly figure: string; readonly unit: string } {
  let value = count;
  let power = 0;
  while (Math.abs(roundTo3(value)) >= 1_000 && power < UNITS.length - 1) {
    value /= 1_000;
    power += 1;
  }
  const digits = power === 0 && Number.isInteger(value) ? 0 : decimalsFor(value);
  return { figure: value.toFixed(digits), unit: UNITS[power] ?? '' };
}

/** `16.7k`, `1k`: without zeros at the end, for axes, bars and edges. */
export function compactCount(count: number): string {
  const { figure, unit } = shortCount(count);
  return `${Number(figure)}${unit}`;
}

/** A duration in ms in the one or two largest units that matter: `412 ms`, `3.2 s`, `3 m 44 s`, `2 h 5 m`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** A measured duration that may not be known yet. */
export function durationOrUnknown(ms: number | null): string {
  return ms === null ? 'n/a' : duration(ms);
}

/** A share of 0-1 as a whole percentage; `n/a` when it is not known. */
export function percentage(share: number | null): string {
  return share === null ? 'n/a' : `${Math.round(share * 100)}%`;
}

/** `10:42:18` in UTC. */
export function clockTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 19);
}

/** `10:42:18.971` in UTC of an ISO time; the text itself when it is no time. */
export function preciseClockTime(iso: string): string {
  const epochMs = Date.parse(iso);
  return Number.isNaN(epochMs) ? iso : new Date(epochMs).toISOString().slice(11, 23);
}

/** A name of the wire as words: `invalid_timestamp` -> `invalid timestamp`. */
export function inWords(name: string): string {
  return name.replaceAll(/[_-]+/g, ' ');
}

/** `22.5° N, 114.1° E`. */
export function coordinates(latitude: number, longitude: number): string {
  const north = `${Math.abs(latitude).toFixed(1)}° ${latitude < 0 ? 'S' : 'N'}`;
  return `${north}, ${Math.abs(longitude).toFixed(1)}° ${longitude < 0 ? 'W' : 'E'}`;
}

function roundTo3(value: number): number {
  return Number(value.toPrecision(3));
}

function decimalsFor(value: number): number {
  const magnitude = Math.abs(roundTo3(value));
  if (magnitude >= 100) return 0;
  return magnitude >= 10 ? 1 : 2;
}
