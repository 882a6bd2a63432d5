import type { DisorderPlan } from '../generation/disorder';
import type { GenerationRequest } from '../generation/event-generator';
import type { ScenarioPlan } from '../generation/scenario-plan';
import { IN_ORDER } from '../generation/disorder';
import { startOfRun } from '../publication/virtual-clock';
import { readDuration } from '../scenarios/duration';
import { readDisorder } from './read-disorder';

/** The options of `simulate` as the command line gives them. */
export interface SimulateOptions {
  readonly rate?: string;
  readonly duration?: string;
  readonly seed: string;
  readonly speed: string;
  readonly start?: string;
  readonly target?: string;
  readonly out?: string;
  readonly labels?: string;
  readonly dataset?: string;
  readonly disorder?: string;
  readonly resend?: string;
  readonly timeline?: string;
  readonly json?: boolean;
}

/** A number in a range. @throws RangeError that names the option. */
export function readNumber(option: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= range.min && value <= range.max))
    throw new RangeError(`--${option} takes a number from ${range.min} to ${range.max}, not ${text}`);
  return value;
}

/** The speed of a run: a factor, or `max` for no waiting at all (Infinity). */
export function readSpeed(text: string): number {
  return text === 'max' ? Infinity : readNumber('speed', text, { min: 0.01, max: 100_000 });
}

function readLength(option: string, text: string): number {
  const ms = readDuration(text);
  if (ms === undefined || ms === 0)
    throw new RangeError(`--${option} takes a duration such as 60s or 24h, not ${text}`);
  return ms;
}

function readStart(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d))?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms))
    throw new RangeError(`--start takes an ISO time with its zone such as 2026-11-22T09:00:00Z, not ${text}`);
  return ms;
}

/**
 * What `simulate` generates. The duration is the longest scenario's unless given; the start is such that no event lies
 * in the future.
 * @throws RangeError that names the option which cannot be used.
 */
export function generationRequest(
  scenarios: readonly ScenarioPlan[],
  options: SimulateOptions,
  nowMs: number,
): GenerationRequest {
  const durationMs =
    options.duration === undefined
      ? Math.max(...scenarios.map(({ lengthMs }) => lengthMs))
      : readLength('duration', options.duration);
  const startMs = options.start === undefined ? undefined : readStart(options.start);
  const speed = options.out === undefined ? readSpeed(options.speed) : Infinity;
  const disorder: DisorderPlan = options.disorder === undefined ? IN_ORDER : readDisorder(options.disorder);
  return {
    scenarios,
    seed: readNumber('seed', options.seed, { min: -(2 ** 31), max: 2 ** 31 - 1 }),
    startMs: startOfRun({ nowMs, startMs, durationMs, speed }),
    durationMs,
    linesPerSecond:
      options.rate === undefined
        ? undefined
        : readNumber('rate', options.rate, { min: 0.1, max: 10_000_000 }),
    disorder,
  };
}
