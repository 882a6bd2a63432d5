/** What a run's clock must respect. Times are milliseconds since the epoch, durations milliseconds. */
export interface ClockRequest {
  readonly nowMs: number;
  /** Undefined lets the run end now. */
  readonly startMs: number | undefined;
  readonly durationMs: number;
  /** How much faster than time the clock runs; Infinity does not wait at all. */
  readonly speed: number;
}

/**
 * The start (ms since the epoch) of a run that goes on at `positionMs`: as if it had been running until now, and at its
 * end not a moment ahead of time.
 */
export function startOfResumedRun(
  { nowMs, durationMs, speed }: Omit<ClockRequest, 'startMs'>,
  positionMs: number,
): number {
  const left = durationMs - positionMs;
  return Math.floor(nowMs - positionMs - (speed > 1 ? left - left / speed : 0));
}

/**
 * The start of a run of which no event lies in the future when it is sent. Faster than time, a run must begin in the
 * past: after `duration / speed` of waiting it has caught up with now.
 * @throws RangeError when the start that was asked for is too late, or a fast run has no end.
 */
export function startOfRun({ nowMs, startMs, durationMs, speed }: ClockRequest): number {
  if (speed > 1 && durationMs === Infinity) throw new RangeError('a run faster than time needs a duration');
  const ahead = speed > 1 ? durationMs - durationMs / speed : 0;
  const latest = nowMs - ahead;
  if (startMs === undefined) return Math.floor(latest);
  if (startMs > latest)
    throw new RangeError(
      `events would lie in the future: start at ${new Date(Math.floor(latest)).toISOString()} or before`,
    );
  return startMs;
}

/** Event time of a run against the monotonic clock of the process (both passed in, milliseconds). */
export class VirtualClock {
  private pausedAtMs: number | undefined;

  constructor(
    private anchorMs: number,
    private readonly speed: number,
  ) {}

  /** Milliseconds to wait until the run has come to an offset. */
  waitMs(offsetUs: number, nowMs: number): number {
    return this.speed === Infinity ? 0 : Math.max(0, this.anchorMs + offsetUs / 1000 / this.speed - nowMs);
  }

  /** How many milliseconds the run is behind at an offset that it has reached. */
  lagMs(offsetUs: number, nowMs: number): number {
    return this.speed === Infinity ? 0 : nowMs - this.anchorMs - offsetUs / 1000 / this.speed;
  }

  /** Gives up a lag: the rest of the run happens this much later. */
  postpone(byMs: number): void {
    this.anchorMs += byMs;
  }

  pause(nowMs: number): void {
    this.pausedAtMs ??= nowMs;
  }

  /** Goes on where it stopped. Returns for how long it stood still. */
  resume(nowMs: number): number {
    const stoodMs = this.pausedAtMs === undefined ? 0 : nowMs - this.pausedAtMs;
    this.anchorMs += stoodMs;
    this.pausedAtMs = undefined;
    return stoodMs;
  }
}
