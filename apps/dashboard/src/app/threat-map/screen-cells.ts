import type { CellColumns } from '../live-state/cell-columns';

/** A cell as it is drawn: the centre in degrees, the events in it, and how many degrees it spans. */
export interface ScreenCell {
  readonly latitude: number;
  readonly longitude: number;
  readonly count: number;
}

/** Smaller squares than this cannot be told apart or pointed at, larger ones say no more; in rem. */
const SMALLEST_CELL_REM = 0.33;
const LARGEST_CELL_REM = 1.6;
const CELL_DEGREES = [1, 2, 4, 8] as const;

/** The span of a drawn cell in degrees at a map scale, so that it can be seen; at most 8. */
export function cellDegrees(pixelsPerDegree: number, remPx: number): number {
  return CELL_DEGREES.find((degrees) => degrees * pixelsPerDegree >= SMALLEST_CELL_REM * remPx) ?? 8;
}

/** The side of the drawn square in pixels, leaving a gap to its neighbours. */
export function cellSidePx(pixelsPerDegree: number, remPx: number): number {
  const side = cellDegrees(pixelsPerDegree, remPx) * pixelsPerDegree * 0.88;
  return Math.min(LARGEST_CELL_REM * remPx, Math.max(SMALLEST_CELL_REM * remPx, side));
}

/** Adds up 1 degree cells into cells of `degrees`, quietest first, so that the busiest is drawn on top. */
export function binCells(cells: CellColumns, degrees: number): ScreenCell[] {
  const bins = new Map<number, number>();
  for (let index = 0; index < cells.length; index++) {
    const row = Math.floor(((cells.latitudes[index] ?? 0) + 90) / degrees);
    const column = Math.floor(((cells.longitudes[index] ?? 0) + 180) / degrees);
    const key = row * 1_000 + column;
    bins.set(key, (bins.get(key) ?? 0) + (cells.counts[index] ?? 0));
  }
  return [...bins]
    .map(([key, count]) => ({
      latitude: (Math.floor(key / 1_000) + 0.5) * degrees - 90,
      longitude: ((key % 1_000) + 0.5) * degrees - 180,
      count,
    }))
    .sort((a, b) => a.count - b.count);
}
