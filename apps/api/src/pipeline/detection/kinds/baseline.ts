import { spanText } from '../duration';
import { countText, rounded } from '../count-text';
import type { Keyed } from '../keyed-states';
import type { WindowKind } from './window-kind';

const HOUR_MS = 3_600_000;
/** Weight of the newest window in the moving averages. */
const WEIGHT = 0.05;
/** Windows that a slot of the season must have seen before it speaks for itself. */
const SLOT_WINDOWS = 10;

/** Moving mean and variance of the events in a window, and from how many windows. */
interface Level {
  mean: number;
  variance: number;
  windows: number;
}

export interface BaselineMemory extends Keyed {
  lastStart: number;
  overall: Level;
  /** By hour of the day or of the week, UTC. */
  slots: Record<string, Level>;
}

export interface BaselineSettings {
  readonly windowMs: number;
  readonly season: 'day' | 'week';
  readonly learn: number;
  readonly deviations: number;
  readonly floor: number;
}

const noLevel = (): Level => ({ mean: 0, variance: 0, windows: 0 });

const noMemory = (): BaselineMemory => ({ touched: 0, lastStart: -1, overall: noLevel(), slots: {} });

/** Takes one window into the exponentially weighted mean and variance (West 1979). */
function learn(level: Level, count: number): void {
  level.windows += 1;
  const weight = Math.max(WEIGHT, 1 / level.windows);
  const difference = count - level.mean;
  level.mean += weight * difference;
  level.variance = (1 - weight) * (level.variance + weight * difference * difference);
}

/** Lets `empty` windows without an event pass over a level that has been learned. */
function fade(level: Level, empty: number): void {
  const kept = (1 - WEIGHT) ** empty;
  level.variance = kept * (level.variance + (1 - kept) * level.mean * level.mean);
  level.mean *= kept;
  level.windows += empty;
}

/**
 * Moves the mean towards a count that is above what is usual. The variance stays: with it the limit would double in each window
 * of an attack.
 */
function drift(level: Level, count: number): void {
  level.windows += 1;
  level.mean += Math.max(WEIGHT, 1 / level.windows) * (count - level.mean);
}

/** Goes on to the window that begins at `start`, over those without an event. */
function passTo(memory: BaselineMemory, start: number, windowMs: number): void {
  const empty = memory.lastStart < 0 ? 0 : Math.round((start - memory.lastStart) / windowMs) - 1;
  if (empty > 0) fade(memory.overall, empty);
  memory.lastStart = start;
}

/**
 * Fires when a window has more events than the learned level of its hour allows: mean plus `deviations` standard
 * deviations, where the variance is at least that of a Poisson process. Nothing fires before `learn` windows or at or
 * below `floor` events. A window that fires teaches no more than its limit, and only the mean: so an attack does not become the
 * norm at once, and a rise that lasts does in time.
 */
export function baseline(settings: BaselineSettings): WindowKind<BaselineMemory> {
  const { windowMs, season, learn: lessons, deviations, floor } = settings;
  const slots = season === 'day' ? 24 : 168;
  const expected = (memory: BaselineMemory, start: number): Level => {
    const slot = memory.slots[slotOf(start, slots)];
    return slot !== undefined && slot.windows >= SLOT_WINDOWS ? slot : memory.overall;
  };
  const ceiling = (level: Level): number =>
    Math.max(floor, level.mean + deviations * Math.sqrt(level.variance + level.mean));
  return {
    start: noMemory,
    progress({ evidence, start }, memory) {
      const { events } = evidence;
      const copy = structuredClone(memory) ?? noMemory();
      passTo(copy, start, windowMs);
      const { windows } = copy.overall;
      const limit = ceiling(expected(copy, start));
      const learning = windows < lessons ? `still learning: ${windows} of ${lessons} windows` : '';
      if (events > limit) return { value: windows, limit: lessons, missing: learning };
      const few = `${countText(events, 'event')} in ${spanText(windowMs)}, more than ${rounded(limit)} asked`;
      return { value: events, limit, missing: [few, learning].filter((part) => part !== '').join(', ') };
    },
    judge(partial, memory) {
      if (memory === undefined) return undefined;
      passTo(memory, partial.start, windowMs);
      const { evidence } = partial;
      const level = expected(memory, partial.start);
      const { mean } = level;
      const limit = ceiling(level);
      const slot = (memory.slots[slotOf(partial.start, slots)] ??= noLevel());
      if (memory.overall.windows >= lessons && evidence.events > limit) {
        const figures = {
          limit: Math.round(limit),
          expected: rounded(mean),
          window: spanText(windowMs),
          span: spanText(evidence.last - evidence.first),
        };
        for (const each of [memory.overall, slot]) drift(each, limit);
        return { evidence, figures };
      }
      for (const each of [memory.overall, slot]) learn(each, evidence.events);
      return undefined;
    },
  };
}

/** Hour of the day, or of the week from the Thursday on which the epoch began, UTC. */
function slotOf(start: number, slots: number): string {
  return String(Math.floor(start / HOUR_MS) % slots);
}
