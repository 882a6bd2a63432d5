import type { Arc } from '@watchfloor/contracts';
import type { Palette } from '../appearance/appearance';
import { CanvasLayer } from './canvas-layer';
import { greatCircle } from './great-circle';
import { intensityOf, type IntensityScale } from './intensity-scale';
import { placeLabels, type MapLabel } from './label-placement';
import type { ScreenCell } from './screen-cells';

/** Lines that are drawn at rest; the travelling ones are on a canvas of their own. */
const RESTING_LINES = 40;

/** What the still canvas shows. */
export interface CellsScene {
  readonly cells: readonly ScreenCell[];
  readonly scale: IntensityScale;
  readonly sidePx: number;
  readonly arcs: readonly Arc[];
  readonly labels: readonly MapLabel[];
  readonly palette: Palette;
}

/** Cells, resting lines, targets and labels: drawn once per frame or move, never animated. */
export class CellsLayer extends CanvasLayer {
  private scene: CellsScene | null = null;

  constructor() {
    super('cells', 410);
  }

  show(scene: CellsScene): void {
    this.scene = scene;
    this.redraw();
  }

  /** The cell under a point of the map container, or null. */
  cellAt(x: number, y: number): ScreenCell | null {
    if (this.scene === null) return null;
    const reach = this.scene.sidePx / 2 + 2;
    const hit = this.scene.cells.findLast(({ latitude, longitude }) => {
      const pixel = this.pixelOf(latitude, longitude);
      return Math.abs(pixel.x - x) <= reach && Math.abs(pixel.y - y) <= reach;
    });
    return hit ?? null;
  }

  protected draw(context: CanvasRenderingContext2D, width: number, height: number): void {
    if (this.scene === null) return;
    this.drawLines(context, this.scene);
    this.drawCells(context, this.scene, width, height);
    this.drawTargets(context, this.scene);
    this.drawLabels(context, this.scene, width, height);
  }

  private drawLines(context: CanvasRenderingContext2D, { arcs, palette }: CellsScene): void {
    context.strokeStyle = palette.arc;
    context.lineWidth = 0.8;
    const most = arcs[0]?.[4] ?? 1;
    for (const [fromLatitude, fromLongitude, toLatitude, toLongitude, count] of arcs.slice(
      0,
      RESTING_LINES,
    )) {
      context.globalAlpha = 0.15 + 0.4 * Math.sqrt(count / most);
      context.beginPath();
      for (const line of greatCircle([fromLatitude, fromLongitude], [toLatitude, toLongitude])) {
        line.forEach(([latitude, longitude], index) => {
          const { x, y } = this.pixelOf(latitude, longitude);
          if (index === 0) context.moveTo(x, y);
          else context.lineTo(x, y);
        });
      }
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  private drawCells(
    context: CanvasRenderingContext2D,
    scene: CellsScene,
    width: number,
    height: number,
  ): void {
    const { cells, scale, sidePx, palette } = scene;
    for (const { latitude, longitude, count } of cells) {
      const { x, y } = this.pixelOf(latitude, longitude);
      if (x < -sidePx || y < -sidePx || x > width + sidePx || y > height + sidePx) continue;
      context.fillStyle = palette.steps[intensityOf(count, scale)] ?? palette.text;
      context.fillRect(x - sidePx / 2, y - sidePx / 2, sidePx, sidePx);
    }
  }

  private drawTargets(context: CanvasRenderingContext2D, { arcs, palette, sidePx }: CellsScene): void {
    const half = Math.max(5, sidePx * 0.7);
    context.lineWidth = 1.6;
    context.strokeStyle = palette.text;
    context.fillStyle = palette.sea;
    for (const target of new Set(arcs.map(([, , latitude, longitude]) => `${latitude},${longitude}`))) {
      const [latitude = 0, longitude = 0] = target.split(',').map(Number);
      const { x, y } = this.pixelOf(latitude, longitude);
      context.beginPath();
      context.moveTo(x, y - half);
      context.lineTo(x + half, y);
      context.lineTo(x, y + half);
      context.lineTo(x - half, y);
      context.closePath();
      context.fill();
      context.stroke();
    }
  }

  private drawLabels(
    context: CanvasRenderingContext2D,
    scene: CellsScene,
    width: number,
    height: number,
  ): void {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const size = rem * 0.75;
    context.font = `500 ${size}px 'IBM Plex Sans Condensed', sans-serif`;
    context.textBaseline = 'middle';
    const candidates = scene.labels.map((label) => ({
      ...label,
      ...this.pixelOf(label.latitude, label.longitude),
      width: context.measureText(`${label.name} ${label.figure}`).width,
    }));
    for (const { x, y, name, figure } of placeLabels(candidates, size * 1.5, { width, height })) {
      context.lineWidth = 3;
      context.lineJoin = 'round';
      context.strokeStyle = scene.palette.sea;
      context.strokeText(`${name} ${figure}`, x, y);
      context.fillStyle = scene.palette.text;
      context.fillText(name, x, y);
      context.fillStyle = scene.palette.textSoft;
      context.fillText(figure, x + context.measureText(`${name} `).width, y);
    }
  }
}
