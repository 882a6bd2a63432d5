import type { Arc } from '@watchfloor/contracts';

/** Arcs travelling at once; more would be a tangle, and slow. */
export const MAX_TRAVELLING = 200;

/** One arc takes this long from its source to its target, and this long to fade there. */
export const TRAVEL_MS = 1_400;
export const FADE_MS = 700;

/** An arc on its way: it set off at `departedAt` (ms of the animation clock). */
export interface TravellingArc {
  readonly key: string;
  readonly arc: Arc;
  readonly departedAt: number;
}

/** Names a source-target pair, whatever its count. */
export function arcKey([fromLatitude, fromLongitude, toLatitude, toLongitude]: Arc): string {
  return `${fromLatitude},${fromLongitude},${toLatitude},${toLongitude}`;
}

/** The counts of a frame's arcs by pair, to compare the next frame with. */
export function arcCounts(arcs: readonly Arc[]): Map<string, number> {
  return new Map(arcs.map((arc) => [arcKey(arc), arc[4]]));
}

/**
 * Those still travelling at `now`, plus the pairs that got events since the frame before and are not on their way
 * already. A pair that has just appeared sets off too. Never more than 200.
 */
export function depart(
  travelling: readonly TravellingArc[],
  arcs: readonly Arc[],
  before: ReadonlyMap<string, number>,
  now: number,
): TravellingArc[] {
  const alive = stillAlive(travelling, now);
  const onTheirWay = new Set(alive.map(({ key }) => key));
  for (const arc of arcs) {
    if (alive.length >= MAX_TRAVELLING) break;
    const key = arcKey(arc);
    if (onTheirWay.has(key) || arc[4] <= (before.get(key) ?? 0) || staysInCell(arc)) continue;
    alive.push({ key, arc, departedAt: now });
  }
  return alive;
}

/** Source and target share a cell: there is no way to go. */
export function staysInCell([fromLatitude, fromLongitude, toLatitude, toLongitude]: Arc): boolean {
  return fromLatitude === toLatitude && fromLongitude === toLongitude;
}

/** The arcs that are travelling or fading at `now`. */
export function stillAlive(travelling: readonly TravellingArc[], now: number): TravellingArc[] {
  return travelling.filter(({ departedAt }) => now - departedAt < TRAVEL_MS + FADE_MS);
}

/** Where head and tail of an arc are (0-1 of the way) and how visible it is (0-1). */
export function phase(departedAt: number, now: number): { head: number; tail: number; opacity: number } {
  const share = (now - departedAt) / TRAVEL_MS;
  const head = Math.min(1, easeOut(share));
  return {
    head,
    tail: Math.max(0, head - 0.3),
    opacity: share <= 1 ? 1 : Math.max(0, 1 - ((share - 1) * TRAVEL_MS) / FADE_MS),
  };
}

const easeOut = (share: number) => 1 - (1 - Math.min(1, Math.max(0, share))) ** 2;
