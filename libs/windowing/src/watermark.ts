/** A channel as the watermark sees it. */
export interface ChannelState {
  /** Highest event time carried, in ms; undefined before the first. */
  readonly highest: number | undefined;
  /** Whether anything is still on its way through it: only an empty channel leaves the minimum. */
  readonly pending: boolean;
}

/**
 * The watermark of a partition: every event up to it has been seen, as far as the channels tell.
 * The minimum over the channels that still have something to bring, else the highest that any has brought, each less
 * `maxOutOfOrdernessMs`. Never goes back. Bounded out-of-orderness as in Flink, but a channel is idle when it is
 * empty, never because time passed.
 * @returns ms since the epoch; undefined before the first event, or while a channel holds back an unknown time
 */
export function advanceWatermark(
  current: number | undefined,
  channels: Iterable<ChannelState>,
  maxOutOfOrdernessMs: number,
): number | undefined {
  let minimum = Infinity;
  let highest = -Infinity;
  for (const channel of channels) {
    highest = Math.max(highest, channel.highest ?? -Infinity);
    if (channel.pending) minimum = Math.min(minimum, channel.highest ?? -Infinity);
  }
  const reached = Math.min(minimum, highest) - maxOutOfOrdernessMs;
  if (!Number.isFinite(reached)) return current;
  return current === undefined ? reached : Math.max(current, reached);
}

/** Whether an event comes after its window has closed for good: watermark at or past window end + allowed lateness. */
export function isLate(
  eventTime: number,
  watermark: number | undefined,
  windowSizeMs: number,
  allowedLatenessMs: number,
): boolean {
  if (watermark === undefined) return false;
  const end = Math.floor(eventTime / windowSizeMs) * windowSizeMs + windowSizeMs;
  return watermark >= end + allowedLatenessMs;
}
