import type { SeverityLevel } from '@watchfloor/contracts';
import type { Palette } from '../appearance/appearance';
import { PULSE_MS, pulsePhase, type AlertMarker } from './alert-markers';
import { CanvasLayer } from './canvas-layer';

const FRAME_MS = 1_000 / 30;
const MARKER_REM = 0.42;
const PULSE_REM = 2.6;

/** What the alerts' canvas shows. */
export interface AlertsScene {
  readonly markers: readonly AlertMarker[];
  readonly chosenId: string | null;
  readonly palette: Palette;
  /** False for those who asked for less motion: nothing pulses. */
  readonly motion: boolean;
}

/** The sources of alerts: a shape for the worst of each place, a ring around the chosen, a pulse when one is new. */
export class AlertsLayer extends CanvasLayer {
  private scene: AlertsScene | null = null;
  private known: Set<string> | null = null;
  private readonly pulses = new Map<string, number>();
  private request: number | null = null;
  private drawnAt = 0;
  private remPx = 16;

  constructor() {
    super('alerts', 430);
  }

  /** @param alertIds all alerts that are known, drawn or not; null while there is no data */
  show(scene: AlertsScene, alertIds: readonly string[] | null): void {
    this.scene = scene;
    this.remPx = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (scene.motion && !document.hidden) this.startPulses(alertIds);
    if (!scene.motion) this.pulses.clear();
    if (alertIds !== null) this.known = new Set(alertIds);
    this.redraw();
    this.wake();
  }

  /** The alerts under a point of the map container. */
  markerAt(x: number, y: number): AlertMarker | null {
    const reach = MARKER_REM * this.remPx + 4;
    const hit = this.scene?.markers.findLast(({ latitude, longitude }) => {
      const pixel = this.pixelOf(latitude, longitude);
      return Math.hypot(pixel.x - x, pixel.y - y) <= reach;
    });
    return hit ?? null;
  }

  protected draw(context: CanvasRenderingContext2D): void {
    if (this.scene === null) return;
    const { markers, palette, chosenId } = this.scene;
    const size = MARKER_REM * this.remPx;
    const now = performance.now();
    for (const marker of markers) {
      const { x, y } = this.pixelOf(marker.latitude, marker.longitude);
      const colour = colourOf(marker.severity, palette);
      this.drawPulse(context, marker, { x, y, colour }, now);
      if (marker.alerts.some(({ id }) => id === chosenId)) {
        ring(context, { x, y, colour: palette.sea }, size * 2.1, 5);
        ring(context, { x, y, colour: palette.focus }, size * 2.1, 2);
      }
      context.fillStyle = colour;
      context.strokeStyle = palette.sea;
      context.lineWidth = 2;
      traceShape(context, marker.severity, { x, y, size });
      context.stroke();
      context.fill();
    }
  }

  private drawPulse(context: CanvasRenderingContext2D, { alerts }: AlertMarker, at: Spot, now: number): void {
    const begun = Math.max(...alerts.map(({ id }) => this.pulses.get(id) ?? -Infinity));
    const phase = pulsePhase(now - begun);
    if (phase === null) return;
    context.globalAlpha = phase.opacity;
    ring(context, at, (MARKER_REM + PULSE_REM * phase.reach) * this.remPx, 2);
    context.globalAlpha = 1;
  }

  private startPulses(alertIds: readonly string[] | null): void {
    const { known } = this;
    if (known === null || alertIds === null) return;
    const now = performance.now();
    for (const id of alertIds) if (!known.has(id)) this.pulses.set(id, now);
  }

  private wake(): void {
    if (this.request === null && this.pulses.size > 0 && this.map !== null) {
      this.request = requestAnimationFrame((now) => this.animate(now));
    }
  }

  private animate(now: number): void {
    this.request = null;
    if (now - this.drawnAt >= FRAME_MS - 2) {
      this.drawnAt = now;
      for (const [id, begun] of this.pulses) if (now - begun >= PULSE_MS) this.pulses.delete(id);
      this.redraw();
    }
    this.wake();
  }
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

function colourOf(severity: SeverityLevel, palette: Palette): string {
  if (severity === 'critical') return palette.critical;
  if (severity === 'high') return palette.warning;
  return severity === 'medium' ? palette.info : palette.textSoft;
}

function ring(
  context: CanvasRenderingContext2D,
  { x, y, colour }: Spot,
  radius: number,
  width: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

/** The corners of the shapes that the lists use, in units of `size` around the middle; none is a circle. */
const CORNERS: Readonly<Record<SeverityLevel, readonly (readonly [number, number])[]>> = {
  critical: [
    [0, -1.15],
    [1.1, 0.85],
    [-1.1, 0.85],
  ],
  high: [
    [0, -1.2],
    [1.2, 0],
    [0, 1.2],
    [-1.2, 0],
  ],
  medium: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  low: [],
  info: [],
};

function traceShape(
  context: CanvasRenderingContext2D,
  severity: SeverityLevel,
  { x, y, size }: { x: number; y: number; size: number },
): void {
  context.beginPath();
  const corners = CORNERS[severity];
  if (corners.length === 0) context.arc(x, y, size * 0.9, 0, 2 * Math.PI);
  corners.forEach(([right, down], index) => {
    if (index === 0) context.moveTo(x + right * size, y + down * size);
    else context.lineTo(x + right * size, y + down * size);
  });
  context.closePath();
}
