import { heavyTail, naturalLog } from './exact-math';
import type { SeededRandom } from './seeded-random';

/** How the lines of a phase are spread over its time. Rates are lines per second, times milliseconds from the start of the phase. */
export type RateShape =
  | { readonly shape: 'constant'; readonly perSecond: number; readonly jitter?: number }
  | { readonly shape: 'poisson'; readonly perSecond: number }
  | { readonly shape: 'heavy-tail'; readonly perSecond: number }
  | { readonly shape: 'ramp'; readonly from: number; readonly to: number }
  | {
      readonly shape: 'burst';
      readonly perSecond: number;
      readonly everyMs: number;
      readonly burstMs: number;
    }
  | { readonly shape: 'on-off'; readonly perSecond: number; readonly onMs: number; readonly offMs: number }
  | { readonly shape: 'diurnal'; readonly perSecond: number; readonly peakHour: number };

/** A ramp climbs in this many steps. */
const RAMP_STEPS = 256;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Share of a day's traffic in each hour from the busiest on, in 1/1000 (a working population; sums to 1000). */
const DAY_FROM_PEAK = [
  88, 86, 82, 74, 64, 52, 42, 34, 27, 21, 16, 12, 9, 8, 8, 9, 12, 18, 28, 42, 56, 65, 70, 77,
] as const;

/** The instantaneous rate: constant from `now` until `untilMs`. */
interface Steady {
  perSecond: number;
  untilMs: number;
}

type Profile = (nowMs: number, steady: Steady) => void;

function onOffProfile(onMs: number, offMs: number, perSecond: number, random: SeededRandom): Profile {
  let on = false;
  let until = 0;
  return (nowMs, steady) => {
    while (nowMs >= until) {
      on = !on;
      until += Math.max(1, Math.floor(-naturalLog(random.unit()) * (on ? onMs : offMs)));
    }
    steady.perSecond = on ? perSecond : 0;
    steady.untilMs = until;
  };
}

function profileOf(rate: RateShape, phaseMs: number, startOfDayMs: number, random: SeededRandom): Profile {
  switch (rate.shape) {
    case 'constant':
    case 'poisson':
    case 'heavy-tail':
      return (_now, steady) => {
        steady.perSecond = rate.perSecond;
        steady.untilMs = Infinity;
      };
    case 'ramp': {
      const stepMs = phaseMs / RAMP_STEPS;
      return (now, steady) => {
        const step = Math.floor(now / stepMs);
        steady.perSecond = rate.from + ((rate.to - rate.from) * (step + 0.5)) / RAMP_STEPS;
        steady.untilMs = (step + 1) * stepMs;
      };
    }
    case 'burst':
      return (now, steady) => {
        const into = now % rate.everyMs;
        const bursting = into < rate.burstMs;
        steady.perSecond = bursting ? rate.perSecond : 0;
        steady.untilMs = now - into + (bursting ? rate.burstMs : rate.everyMs);
      };
    case 'on-off':
      return onOffProfile(rate.onMs, rate.offMs, rate.perSecond, random);
    case 'diurnal':
      return (now, steady) => {
        const dayMs = (startOfDayMs + now) % DAY_MS;
        const hour = Math.floor(dayMs / HOUR_MS);
        const share = DAY_FROM_PEAK[(hour - rate.peakHour + 24) % 24] ?? 0;
        steady.perSecond = (rate.perSecond * share * 24) / 1000;
        steady.untilMs = now + HOUR_MS - (dayMs % HOUR_MS);
      };
  }
}

/** How much of the expected count passes until the next line: 1 on average for every shape. */
function unitsOf(rate: RateShape, random: SeededRandom): () => number {
  switch (rate.shape) {
    case 'constant': {
      const { jitter = 0 } = rate;
      return jitter === 0 ? () => 1 : () => 1 + jitter * (2 * random.unit() - 1);
    }
    case 'poisson':
    case 'diurnal':
      return () => -naturalLog(random.unit());
    case 'heavy-tail':
      return () => heavyTail(random.unit());
    case 'ramp':
    case 'burst':
    case 'on-off':
      return () => 1;
  }
}

/** The lines that a phase of this length is expected to write in its first `untilMs` (at most its length). */
export function expectedLines(rate: RateShape, phaseMs: number, untilMs = phaseMs): number {
  const seconds = untilMs / 1000;
  switch (rate.shape) {
    case 'ramp':
      return (rate.from + ((rate.to - rate.from) * untilMs) / phaseMs / 2) * seconds;
    case 'burst': {
      const whole = Math.floor(untilMs / rate.everyMs);
      const rest = Math.min(rate.burstMs, untilMs - whole * rate.everyMs);
      return (rate.perSecond * (whole * rate.burstMs + rest)) / 1000;
    }
    case 'on-off':
      return (rate.perSecond * seconds * rate.onMs) / (rate.onMs + rate.offMs);
    default:
      return rate.perSecond * seconds;
  }
}

/** Where and when a phase runs. */
export interface ArrivalWindow {
  /** Length of the phase in ms; there are no arrivals at or after it. */
  readonly phaseMs: number;
  /** Time of day (UTC) at which the phase starts, in ms. */
  readonly startOfDayMs: number;
}

/** The times of a phase's lines, drawn one after the other. */
export class Arrivals {
  private nowMs = 0;
  private readonly steady: Steady = { perSecond: 0, untilMs: 0 };
  private readonly profile: Profile;
  private readonly units: () => number;
  /** What is left of the first unit: regular shapes begin anywhere in it, so that a rare line is not always missed. */
  private first: number | undefined;

  constructor(
    rate: RateShape,
    private readonly window: ArrivalWindow,
    random: SeededRandom,
  ) {
    this.profile = profileOf(rate, window.phaseMs, window.startOfDayMs, random);
    this.units = unitsOf(rate, random);
    this.first = random.unit();
  }

  /**
   * The time of the next line in ms (with fraction) from the start of the phase, or Infinity when the phase has ended.
   * `factor` multiplies the rate from here on.
   */
  next(factor: number): number {
    let left = this.first ?? this.units();
    this.first = undefined;
    const { steady } = this;
    while (this.nowMs < this.window.phaseMs) {
      if (this.nowMs >= steady.untilMs || steady.untilMs === 0) this.profile(this.nowMs, steady);
      const perMs = (steady.perSecond * factor) / 1000;
      const available = perMs * (steady.untilMs - this.nowMs);
      if (perMs > 0 && available >= left) {
        this.nowMs += left / perMs;
        break;
      }
      left -= perMs === 0 ? 0 : available;
      this.nowMs = steady.untilMs;
    }
    return this.nowMs < this.window.phaseMs ? this.nowMs : Infinity;
  }
}
