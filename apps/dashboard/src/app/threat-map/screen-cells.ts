import type { CellColumns } from '../live-state/cell-columns';

/** A cell as it is drawn: the centre in degrees, the events in it, and how many degrees it spans. */
export interface ScreenCell {
  readonly latitude: number;
  readonly longitude: number;
  readonly count: number;
}

/** Smaller squares than this many pixels cannot be told apart or pointed at. */
const SMALLEST_CELL_PX = 5;
const LARGEST_CELL_PX = 26;
const CELL_DEGREES = [1, 2, 4, 8] as const;

/** The span of a drawn cell in degrees at a map scale, so that it is at least 5 pixels wide where possible. */
export function cellDegrees(pixelsPerDegree: number): number {
  return CELL_DEGREES.find((degrees) => degrees * pixelsPerDegree >= SMALLEST_CELL_PX) ?? 8;
}

/** The side of the drawn square in pixels, leaving a gap to its neighbours. */
export function cellSidePx(pixelsPerDegree: number): number {
  const side = cellDegrees(pixelsPerDegree) * pixelsPerDegree * 0.84;
  return Math.min(LARGEST_CELL_PX, Math.max(5, side));
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
