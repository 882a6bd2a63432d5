/** A name with a figure at a place of the map. */
export interface MapLabel {
  readonly name: string;
  readonly figure: string;
  readonly latitude: number;
  readonly longitude: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

interface View {
  readonly width: number;
  readonly height: number;
}

/** Labels at most: the map is to be seen, the table has the rest. */
const MAX_LABELS = 6;
const OFFSET_PX = 10;

/**
 * Chooses the labels, most important first, that fit into the view and over no other; x becomes the left end of
 * the text, right of the place, or left of it where the view ends.
 */
export function placeLabels<T extends Box>(candidates: readonly T[], lineHeight: number, view: View): T[] {
  const placed: T[] = [];
  for (const candidate of candidates) {
    if (placed.length >= MAX_LABELS) break;
    const right = { ...candidate, x: candidate.x + OFFSET_PX };
    const left = { ...candidate, x: candidate.x - OFFSET_PX - candidate.width };
    const fitting = [right, left].find(
      (box) => isInside(box, lineHeight, view) && isFree(box, lineHeight, placed),
    );
    if (fitting) placed.push(fitting);
  }
  return placed;
}

function isInside({ x, y, width }: Box, lineHeight: number, view: View): boolean {
  return x >= 0 && x + width <= view.width && y >= lineHeight && y <= view.height - lineHeight;
}

function isFree(box: Box, lineHeight: number, others: readonly Box[]): boolean {
  return others.every(
    ({ x, y, width }) => Math.abs(y - box.y) >= lineHeight || x > box.x + box.width || box.x > x + width,
  );
}
