import { DomUtil, Layer, type Map as LeafletMap } from 'leaflet';

/** A canvas over the whole map view, redrawn when the view changes. Sizes in CSS pixels; sharp on dense screens. */
export abstract class CanvasLayer extends Layer {
  protected readonly canvas = document.createElement('canvas');
  /** The map it lies on, while it does. */
  protected map: LeafletMap | null = null;
  private readonly redrawView = () => this.fitToView();

  constructor(
    private readonly paneName: string,
    private readonly zIndex: number,
  ) {
    super();
    this.canvas.className = 'leaflet-zoom-hide';
    this.canvas.setAttribute('aria-hidden', 'true');
  }

  /** Draws into an empty canvas of `width` x `height`. */
  protected abstract draw(context: CanvasRenderingContext2D, width: number, height: number): void;

  override onAdd(map: LeafletMap): this {
    const pane = map.getPane(this.paneName) ?? map.createPane(this.paneName);
    pane.style.zIndex = String(this.zIndex);
    pane.style.pointerEvents = 'none';
    pane.append(this.canvas);
    this.map = map;
    map.on('move moveend zoomend resize viewreset', this.redrawView);
    this.fitToView();
    return this;
  }

  override onRemove(map: LeafletMap): this {
    map.off('move moveend zoomend resize viewreset', this.redrawView);
    this.canvas.remove();
    this.map = null;
    return this;
  }

  /** Draws again, for new content in the same view. */
  redraw(): void {
    const context = this.map ? this.canvas.getContext('2d') : null;
    if (context === null) return;
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const width = this.canvas.width / ratio;
    const height = this.canvas.height / ratio;
    context.clearRect(0, 0, width, height);
    this.draw(context, width, height);
  }

  /** The pixel of a place; canvas and map container have the same origin. */
  protected pixelOf(latitude: number, longitude: number): { x: number; y: number } {
    return this.map?.latLngToContainerPoint([latitude, longitude]) ?? { x: 0, y: 0 };
  }

  protected viewChanged(): void {
    this.redraw();
  }

  private fitToView(): void {
    const { map } = this;
    if (map === null) return;
    const { x, y } = map.getSize();
    const ratio = devicePixelRatio;
    const width = Math.round(x * ratio);
    const height = Math.round(y * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.canvas.style.width = `${x}px`;
      this.canvas.style.height = `${y}px`;
    }
    DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
    this.viewChanged();
  }
}
