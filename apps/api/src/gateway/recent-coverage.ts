/** The range of event time that an answer from kept events stands for, in ms since the epoch. */
export interface Coverage {
  readonly from: number;
  readonly to: number;
  /** Whether that is the whole range asked for. */
  readonly complete: boolean;
}

/** How far back kept events were looked at. Times in ms since the epoch. */
export interface Reach {
  readonly live: boolean;
  /** Arrival at which looking ended because it had cost enough; undefined when everything was seen. */
  readonly stoppedAt: number | undefined;
  /** Arrival of the oldest kept entry, for each partition that has dropped older ones. */
  readonly trimmed: ReadonlyMap<number, number>;
  /** Highest event time of the oldest entry seen, by partition. */
  readonly highest: ReadonlyMap<number, number>;
}

/**
 * What is covered of `[from, to)`. On the live timeline an event does not arrive before it happened, so what is not
 * kept is older than the oldest arrival that is. A recorded timeline has no such clock: there, what came before the oldest
 * entry seen lies below the highest event time of that entry.
 */
export function coverageOf(reach: Reach, from: number, to: number): Coverage {
  const lost = lostUntil(reach);
  const covered = Math.min(Math.max(from, lost), to);
  return { from: covered, to, complete: covered === from };
}

function lostUntil({ live, stoppedAt, trimmed, highest }: Reach): number {
  if (live) return Math.max(stoppedAt ?? 0, ...trimmed.values());
  const partitions = stoppedAt === undefined ? [...trimmed.keys()] : [...highest.keys()];
  return Math.max(0, ...partitions.map((partition) => highest.get(partition) ?? Infinity));
}
