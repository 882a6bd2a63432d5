import type { Cell } from '@watchfloor/contracts';

/** Map cells as columns: the drawing code walks numbers, change detection sees none of them. */
export interface CellColumns {
  readonly length: number;
  readonly latitudes: Float32Array;
  readonly longitudes: Float32Array;
  readonly counts: Uint32Array;
}

export const NO_CELLS: CellColumns = toCellColumns([]);

/** Turns the `[latitude, longitude, count]` tuples of a snapshot into columns. */
export function toCellColumns(cells: readonly Cell[]): CellColumns {
  const latitudes = new Float32Array(cells.length);
  const longitudes = new Float32Array(cells.length);
  const counts = new Uint32Array(cells.length);
  cells.forEach(([latitude, longitude, count], index) => {
    latitudes[index] = latitude;
    longitudes[index] = longitude;
    counts[index] = count;
  });
  return { length: cells.length, latitudes, longitudes, counts };
}
