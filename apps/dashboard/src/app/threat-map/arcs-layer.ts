import type { Arc } from '@watchfloor/contracts';
import type { Palette } from '../appearance/appearance';
import { CanvasLayer } from './canvas-layer';
import { greatCircle } from './great-circle';
import { arcCounts, depart, phase, stillAlive, type TravellingArc } from './travelling-arcs';

/** The canvas is drawn this often while something travels: more cannot be seen and costs the whole canvas each time. */
const FRAME_MS = 1_000 / 30;

type Path = readonly { readonly x: number; readonly y: number; readonly moved: boolean }[];

/** Arcs that travel once from source to target and fade. Nothing runs while none is on its way or no one looks. */
export class ArcsLayer extends CanvasLayer {
  private travelling: TravellingArc[] = [];
  private before: ReadonlyMap<string, number> = new Map();
  private paths = new Map<string, Path>();
  private request: number | null = null;
  private drawnAt = 0;
  private palette: Palette | null = null;

  constructor() {
    super('arcs', 420);
  }

  /** Sends the pairs with new events on their way. */
  follow(arcs: readonly Arc[], palette: Palette): void {
    this.palette = palette;
    const known = this.before;
    this.before = arcCounts(arcs);
    if (document.hidden || this.map === null) return;
    this.travelling = depart(this.travelling, arcs, known, performance.now());
    this.wake();
  }

  /** Takes what is on its way off the map; the counts stay known. */
  rest(arcs: readonly Arc[]): void {
    this.before = arcCounts(arcs);
    this.travelling = [];
    this.redraw();
  }

  protected override viewChanged(): void {
    this.paths.clear();
    this.redraw();
  }

  protected draw(context: CanvasRenderingContext2D): void {
    const { palette } = this;
    if (palette === null) return;
    const now = performance.now();
    const most = this.travelling.reduce((count, { arc }) => Math.max(count, arc[4]), 1);
    context.lineCap = 'round';
    for (const { key, arc, departedAt } of this.travelling) {
      const path = this.pathOf(key, arc);
      const { head, tail, opacity } = phase(departedAt, now);
      const last = Math.round(head * (path.length - 1));
      const strength = Math.sqrt(arc[4] / most);
      context.globalAlpha = opacity * (0.25 + 0.7 * strength);
      context.strokeStyle = palette.arcHead;
      context.lineWidth = 0.8 + strength;
      tracePath(context, path, Math.floor(tail * (path.length - 1)), last);
      const point = path[last];
      if (point === undefined) continue;
      context.fillStyle = palette.arcHead;
      context.beginPath();
      context.arc(point.x, point.y, 1.4 + 1.2 * strength, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  private pathOf(key: string, arc: Arc): Path {
    const known = this.paths.get(key);
    if (known) return known;
    const path = greatCircle([arc[0], arc[1]], [arc[2], arc[3]], 48).flatMap((line) =>
      line.map(([latitude, longitude], index) => ({
        ...this.pixelOf(latitude, longitude),
        moved: index === 0,
      })),
    );
    this.paths.set(key, path);
    return path;
  }

  private wake(): void {
    if (this.request === null && this.travelling.length > 0) {
      this.request = requestAnimationFrame((now) => this.animate(now));
    }
  }

  private animate(now: number): void {
    this.request = null;
    if (document.hidden) this.travelling = [];
    if (now - this.drawnAt >= FRAME_MS - 2) {
      this.drawnAt = now;
      this.travelling = stillAlive(this.travelling, performance.now());
      this.redraw();
    }
    if (this.map !== null) this.wake();
  }
}

function tracePath(context: CanvasRenderingContext2D, path: Path, first: number, last: number): void {
  context.beginPath();
  for (let index = first; index <= last; index++) {
    const point = path[index];
    if (point === undefined) continue;
    if (index === first || point.moved) context.moveTo(point.x, point.y);
    else context.lineTo(point.x, point.y);
  }
  context.stroke();
}
