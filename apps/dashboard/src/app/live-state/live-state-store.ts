import { computed, DestroyRef, inject, Injectable, InjectionToken, signal } from '@angular/core';
import type { SnapshotWindow } from '@watchfloor/contracts';
import type { LiveState } from './apply-update';
import { NO_CELLS, toCellColumns, type CellColumns } from './cell-columns';
import { connectionCause } from './connection-cause';
import { freshness } from './freshness';
import { LiveUpdatesClient, type Connection } from './live-updates-client';
import { appendSample, type PipelineHistory } from './pipeline-history';
import { probeReadiness, type Readiness } from './readiness-probe';

/** Where the api is: the page's own origin, unless a test says otherwise. */
export const API_ORIGIN = new InjectionToken<string>('API_ORIGIN', { factory: () => location.origin });

/** How a live connection is opened: by the browser. */
export const OPEN_SOCKET = new InjectionToken<(url: string) => WebSocket>('OPEN_SOCKET', {
  factory: () => (url) => new WebSocket(url),
});

const TICK_MS = 250;
const RATE_SPAN_MS = 2_000;
const PROBE_SPACING_MS = 3_000;

/**
 * The one owner of what the server has told. Views read its signals and never fetch. Map cells lie beside the
 * signals in typed arrays; `frameVersion` says when they changed.
 */
@Injectable({ providedIn: 'root' })
export class LiveStateStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly latest = signal<LiveState | null>(null);
  private readonly held = signal<LiveState | null>(null);
  private readonly now = signal(performance.now());
  private readonly confirmedAt = signal<number | null>(null);
  private readonly arrivals = signal<readonly number[]>([]);
  private readonly readiness = signal<Readiness | null>(null);
  private readonly chosenWindow = signal<SnapshotWindow>('5m');
  private readonly currentConnection = signal<Connection>({ phase: 'connecting', closeCode: null });
  private readonly samples = signal<PipelineHistory>([]);
  private readonly version = signal(0);
  private probedAt = -PROBE_SPACING_MS;

  /** Cells of the shown frame; read them when `frameVersion` changes. */
  cells: CellColumns = NO_CELLS;
  readonly frameVersion = this.version.asReadonly();
  readonly window = this.chosenWindow.asReadonly();
  readonly connection = this.currentConnection.asReadonly();
  readonly history = this.samples.asReadonly();
  readonly paused = computed(() => this.held() !== null);
  /** What the views show: the newest state, or the one at which the screen was paused. */
  readonly shown = computed(() => this.held() ?? this.latest());
  readonly frame = computed(() => this.shown()?.frame ?? null);
  /** The window of what is shown: for the moment after a change still the one before. */
  readonly shownWindow = computed(() => this.frame()?.snapshot.window ?? this.chosenWindow());
  readonly ageMs = computed(() => {
    const confirmedAt = this.confirmedAt();
    return confirmedAt === null ? null : Math.max(0, this.now() - confirmedAt);
  });
  readonly freshness = computed(() => freshness(this.ageMs()));
  readonly framesPerSecond = computed(() => {
    const since = this.now() - RATE_SPAN_MS;
    return this.arrivals().filter((at) => at > since).length / (RATE_SPAN_MS / 1_000);
  });
  readonly cause = computed(() => connectionCause(this.connection(), this.readiness()));
  /** How long the screen has been held, in ms of event frames. */
  readonly heldForMs = computed(() => {
    const held = this.held();
    return held === null ? 0 : Math.max(0, (this.latest()?.frame.at ?? held.frame.at) - held.frame.at);
  });

  private readonly client = new LiveUpdatesClient({
    url: `${this.origin.replace(/^http/, 'ws')}/api/v1/live`,
    openSocket: inject(OPEN_SOCKET),
    random: Math.random,
    onConnection: (connection) => this.currentConnection.set(connection),
    onState: (state) => this.receive(state),
    onConfirmed: () => this.confirmedAt.set(performance.now()),
  });

  constructor() {
    const ticker = setInterval(() => this.tick(), TICK_MS);
    const reconnect = () => this.reconnect();
    addEventListener('online', reconnect);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(ticker);
      removeEventListener('online', reconnect);
      this.client.disconnect();
    });
    this.client.connect();
  }

  /** Shows another range; the figures follow with the next snapshot. */
  selectWindow(window: SnapshotWindow): void {
    this.chosenWindow.set(window);
    this.client.subscribe(window);
    this.resume();
  }

  /** Holds the screen at the shown frame, or lets it follow again. The connection goes on meanwhile. */
  togglePause(): void {
    if (this.paused()) this.resume();
    else this.held.set(this.latest());
  }

  /** Tries to connect now, without waiting for the backoff. */
  reconnect(): void {
    this.client.connect();
  }

  private resume(): void {
    this.held.set(null);
    this.showCells();
  }

  private receive(state: LiveState): void {
    const now = performance.now();
    this.latest.set(state);
    this.confirmedAt.set(now);
    this.now.set(now);
    this.readiness.set(null);
    this.arrivals.update((arrivals) => [...arrivals.filter((at) => at > now - RATE_SPAN_MS), now]);
    this.samples.update((history) => appendSample(history, state.frame.pipeline));
    if (!this.paused()) this.showCells();
  }

  private showCells(): void {
    this.cells = toCellColumns(this.frame()?.snapshot.cells ?? []);
    this.version.update((version) => version + 1);
  }

  private tick(): void {
    const now = performance.now();
    this.now.set(now);
    const never = this.latest() === null && this.connection().phase === 'waiting';
    if ((never || this.freshness() === 'lost') && now - this.probedAt > PROBE_SPACING_MS) {
      this.probedAt = now;
      void this.probe();
    }
  }

  private async probe(): Promise<void> {
    this.readiness.set(await probeReadiness(`${this.origin}/health/ready`));
  }
}
