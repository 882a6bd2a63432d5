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

  /** How far the run has come, in microseconds from its start. */
  offsetUs(nowMs: number): number {
    if (this.speed === Infinity) return Infinity;
    return ((this.pausedAtMs ?? nowMs) - this.anchorMs) * 1000 * this.speed;
  }

  /** Milliseconds to wait until the run has come to an offset. */
  waitMs(offsetUs: number, nowMs: number): number {
    return this.speed === Infinity ? 0 : Math.max(0, this.anchorMs + offsetUs / 1000 / this.speed - nowMs);
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
