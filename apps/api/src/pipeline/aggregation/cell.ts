/** Columns of the map grid: cells of one degree. */
const COLUMNS = 360;
const CELLS = 180 * COLUMNS;

/** The cell of a place, 0 to 64 799, row by row from the south-west. */
export function cellOf(lat: number, lon: number): number {
  const row = Math.min(179, Math.max(0, Math.floor(lat) + 90));
  const column = Math.min(COLUMNS - 1, Math.max(0, Math.floor(lon) + 180));
  return row * COLUMNS + column;
}

/** The centre of a cell, `[latitude, longitude]`. */
export function cellCentre(cell: number): [lat: number, lon: number] {
  return [Math.floor(cell / COLUMNS) - 89.5, (cell % COLUMNS) - 179.5];
}

/** A pair of cells, source to target, as one number. */
export function arcOf(source: number, target: number): number {
  return source * CELLS + target;
}

/** The cells of a pair. */
export function arcEnds(arc: number): [source: number, target: number] {
  return [Math.floor(arc / CELLS), arc % CELLS];
}
