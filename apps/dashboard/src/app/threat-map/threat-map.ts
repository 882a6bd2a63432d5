import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { LeafletDirective } from '@bluehalo/ngx-leaflet';
import { latLngBounds, type LeafletMouseEvent, type Map as LeafletMap, type MapOptions } from 'leaflet';
import { Appearance } from '../appearance/appearance';
import { compactCount, coordinates, exactCount } from '../figures/figures';
import { ruleTitle } from '../detections/alert-view';
import { AlertsStore } from '../live-state/alerts-store';
import { LiveStateStore } from '../live-state/live-state-store';
import { SourcePlacesStore } from '../live-state/source-places-store';
import { alertMarkers } from './alert-markers';
import { AlertsLayer } from './alerts-layer';
import { ArcsLayer } from './arcs-layer';
import { CellsLayer } from './cells-layer';
import { CountriesLayer } from './countries-layer';
import { colourOfStep, intensityScale } from './intensity-scale';
import type { MapLabel } from './label-placement';
import { MapTable } from './map-table';
import { binCells, cellDegrees, cellSidePx } from './screen-cells';
import { loadCountries, loadLabelPoints, type LabelPoints } from './world-geometry';

/** What most people live between; the rest is reached by moving the map. */
const INHABITED = latLngBounds([-52, -169], [73, 179]);
const WORLD = latLngBounds([-84, -190], [84, 190]);
/** Near enough to see the surroundings of a source. */
const SOURCE_ZOOM = 4;
const TABLE_CELLS = 20;
const DEGREES = 360;

/** The world with what arrives from where: the one place that knows Leaflet. */
@Component({
  selector: 'wf-threat-map',
  imports: [LeafletDirective, MapTable],
  templateUrl: './threat-map.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ThreatMap {
  protected readonly store = inject(LiveStateStore);
  private readonly appearance = inject(Appearance);
  private readonly alerts = inject(AlertsStore);
  private readonly places = inject(SourcePlacesStore);
  private readonly cellsLayer = new CellsLayer();
  private readonly arcsLayer = new ArcsLayer();
  private readonly alertsLayer = new AlertsLayer();
  private readonly countriesLayer = signal<CountriesLayer | null>(null);
  private readonly map = signal<LeafletMap | null>(null);
  private readonly pixelsPerDegree = signal(3);
  private readonly remPx = signal(16);
  private readonly labelPoints = signal<LabelPoints>({});
  private movedByHand = false;

  protected readonly layer = signal<'cells' | 'countries'>('cells');
  protected readonly paths = signal(true);
  protected readonly table = signal(false);
  protected readonly geometryFailed = signal(false);
  protected readonly tip = signal<{ x: number; y: number; figure: string; words: string } | null>(null);

  protected readonly options: MapOptions = {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0,
    zoomDelta: 0.75,
    maxZoom: 7,
    maxBounds: WORLD,
    maxBoundsViscosity: 1,
    center: INHABITED.getCenter(),
    zoom: 1,
  };

  private readonly snapshot = computed(() => this.store.frame()?.snapshot ?? null);
  protected readonly degrees = computed(() => cellDegrees(this.pixelsPerDegree(), this.remPx()));
  private readonly cells = computed(() => {
    this.store.frameVersion();
    return binCells(this.store.cells, this.degrees());
  });
  protected readonly countries = computed(() => this.snapshot()?.countries ?? []);
  private readonly scale = computed(() => {
    const counts = this.layer() === 'cells' ? this.cells() : this.countries();
    return intensityScale(counts.reduce((most, { count }) => Math.max(most, count), 0));
  });
  protected readonly legend = computed(() =>
    this.scale().map((from, step, scale) => ({
      from: compactCount(from),
      colour: colourOfStep(step, scale),
    })),
  );
  protected readonly busiestCells = computed(() => this.cells().slice(-TABLE_CELLS).reverse());
  protected readonly events = computed(() => this.snapshot()?.totals.events ?? 0);
  protected readonly countryName = computed(() => {
    const points = this.labelPoints();
    return (code: string) => points[code]?.[2] ?? code;
  });
  /** Only the strongest pairs come over the wire; the rest is said, not drawn. */
  protected readonly pathsLeftOut = computed(() => {
    const snapshot = this.snapshot();
    return snapshot === null ? 0 : Math.max(0, snapshot.arcsTotal - snapshot.arcs.length);
  });
  private readonly labels = computed<MapLabel[]>(() =>
    this.countries().flatMap(({ key, count }) => {
      const point = this.labelPoints()[key];
      if (point === undefined) return [];
      const [latitude, longitude, name] = point;
      return [{ name, figure: compactCount(count), latitude, longitude }];
    }),
  );

  /** Where the chosen alert comes from; the same object as long as it is the same place. */
  private readonly chosenPlace = computed(
    () => {
      const chosen = this.alerts.selected();
      const place = chosen === null ? null : this.places.of(chosen.source);
      return place === null ? null : { choice: this.alerts.choice(), ...place };
    },
    {
      equal: (a, b) =>
        a?.choice === b?.choice && a?.latitude === b?.latitude && a?.longitude === b?.longitude,
    },
  );

  constructor() {
    void this.loadGeometry();
    effect(() => this.drawCells());
    effect(() => this.drawCountries());
    effect(() => this.sendArcs());
    effect(() => this.drawAlerts());
    effect(() => this.showSource());
    inject(DestroyRef).onDestroy(() => this.map()?.remove());
  }

  protected ready(map: LeafletMap): void {
    this.cellsLayer.addTo(map);
    this.arcsLayer.addTo(map);
    this.alertsLayer.addTo(map);
    map.on('dragstart keydown', () => (this.movedByHand = true));
    map.on('zoomend resize', () => this.measure(map));
    map.on('resize', () => this.movedByHand || this.showWorld());
    const point = (event: LeafletMouseEvent) => this.point(event);
    map.on('mousemove', point).on('click', point);
    map.on('click', ({ containerPoint: { x, y } }: LeafletMouseEvent) => this.openAlertAt(x, y));
    map.on('mouseout movestart', () => this.tip.set(null));
    this.map.set(map);
    this.showWorld();
    this.measure(map);
  }

  protected zoom(direction: 1 | -1): void {
    this.movedByHand = true;
    this.map()?.setZoom((this.map()?.getZoom() ?? 1) + direction * 0.75, {
      animate: !this.appearance.reducedMotion(),
    });
  }

  protected showWorld(): void {
    this.movedByHand = false;
    const map = this.map();
    if (map === null) return;
    map.setMinZoom(0);
    map.fitBounds(INHABITED, { animate: false });
    map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(INHABITED)));
  }

  protected async loadGeometry(): Promise<void> {
    this.geometryFailed.set(false);
    try {
      const [countries, points] = await Promise.all([loadCountries(), loadLabelPoints()]);
      this.labelPoints.set(points);
      this.countriesLayer.set(new CountriesLayer(countries));
    } catch {
      this.geometryFailed.set(true);
    }
  }

  private measure(map: LeafletMap): void {
    this.remPx.set(parseFloat(getComputedStyle(document.documentElement).fontSize));
    const [west, east] = [map.project([0, 0]), map.project([0, DEGREES / 2])];
    this.pixelsPerDegree.set((east.x - west.x) / (DEGREES / 2));
  }

  private drawCountries(): void {
    const countries = this.countriesLayer();
    const map = this.map();
    if (countries === null || map === null) return;
    if (!map.hasLayer(countries.layer)) countries.layer.addTo(map);
    countries.show(this.layer() === 'countries' ? this.countries() : null, this.appearance.palette());
  }

  private drawCells(): void {
    if (this.map() === null) return;
    this.cellsLayer.show({
      cells: this.layer() === 'cells' ? this.cells() : [],
      scale: this.scale(),
      sidePx: cellSidePx(this.pixelsPerDegree(), this.remPx()),
      arcs: this.paths() ? (this.snapshot()?.arcs ?? []) : [],
      labels: this.labels(),
      palette: this.appearance.palette(),
    });
  }

  private sendArcs(): void {
    const arcs = this.snapshot()?.arcs ?? [];
    if (this.map() === null) return;
    const still = !this.paths() || this.appearance.reducedMotion() || this.store.paused();
    if (still) this.arcsLayer.rest(arcs);
    else this.arcsLayer.follow(arcs, this.appearance.palette());
  }

  private drawAlerts(): void {
    if (this.map() === null) return;
    const alerts = this.alerts.alerts();
    const chosenId = this.alerts.selected()?.id ?? null;
    this.alertsLayer.show(
      {
        markers: alertMarkers(alerts ?? [], ({ source }) => this.places.of(source), chosenId),
        chosenId,
        palette: this.appearance.palette(),
        motion: !this.appearance.reducedMotion() && !this.store.paused(),
      },
      alerts?.map(({ id }) => id) ?? null,
    );
  }

  /** Moves the map to the source of the alert that was chosen, once. */
  private showSource(): void {
    const map = this.map();
    const place = this.chosenPlace();
    if (map === null || place === null) return;
    untracked(() => {
      this.movedByHand = true;
      const zoom = Math.max(map.getZoom(), SOURCE_ZOOM);
      const centre: [number, number] = [place.latitude, place.longitude];
      if (this.appearance.reducedMotion()) map.setView(centre, zoom, { animate: false });
      else map.flyTo(centre, zoom, { duration: 0.8 });
    });
  }

  private openAlertAt(x: number, y: number): void {
    const [newest] = this.alertsLayer.markerAt(x, y)?.alerts ?? [];
    if (newest !== undefined) this.alerts.select(newest.id);
  }

  private point({ containerPoint: { x, y } }: LeafletMouseEvent): void {
    const marker = this.alertsLayer.markerAt(x, y);
    if (marker !== null) {
      const [newest] = marker.alerts;
      const figure = `${marker.alerts.length} ${marker.alerts.length === 1 ? 'alert' : 'alerts'}`;
      this.tip.set({ x, y, figure, words: newest === undefined ? '' : ruleTitle(newest.rule) });
      return;
    }
    const cell = this.cellsLayer.cellAt(x, y);
    this.tip.set(
      cell && {
        x,
        y,
        figure: exactCount(cell.count),
        words: `events, ${coordinates(cell.latitude, cell.longitude)}`,
      },
    );
  }
}
