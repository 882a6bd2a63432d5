import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import type { SeverityLevel } from '@watchfloor/contracts';
import { exactCount } from '../figures/figures';
import { severityShape } from '../figures/severity-shape';
import { AlertsStore } from '../live-state/alerts-store';
import { API_ORIGIN, LiveStateStore } from '../live-state/live-state-store';
import { SourcePlacesStore } from '../live-state/source-places-store';
import {
  countsByLevel,
  exportQuery,
  filtered,
  STATUS_CHOICES,
  statusOfRequest,
  type AlertFilter,
  type StatusChoice,
} from './alert-filter';
import { alertRow } from './alert-view';

/** Rows drawn before older alerts are asked for, and how many more each time. */
const FIRST_ROWS = 200;
const MORE_ROWS = 100;
/** Sources are looked up for this many of the shown alerts. */
const PLACED_ROWS = 30;

const STATUS_WORDS: Readonly<Record<StatusChoice, string>> = {
  unclosed: 'not closed',
  open: 'open',
  acknowledged: 'acknowledged',
  closed: 'closed',
  any: 'any status',
};

/** The newest alerts: which there are, how bad, whether they go on and who has them. */
@Component({
  selector: 'wf-detections-panel',
  templateUrl: './detections-panel.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DetectionsPanel {
  protected readonly live = inject(LiveStateStore);
  protected readonly store = inject(AlertsStore);
  private readonly places = inject(SourcePlacesStore);
  private readonly origin = inject(API_ORIGIN);
  protected readonly filter = signal<AlertFilter>({ status: 'unclosed', levels: new Set() });
  protected readonly statuses = STATUS_CHOICES.map((choice) => ({ choice, words: STATUS_WORDS[choice] }));
  private readonly drawn = signal(FIRST_ROWS);
  private readonly listed = computed(() => filtered(this.store.alerts() ?? [], this.filter()));
  protected readonly rows = computed(() =>
    this.listed()
      .slice(0, this.drawn())
      .map((alert) => alertRow(alert, this.places.of(alert.source))),
  );
  protected readonly levels = computed(() => {
    const { status, levels } = this.filter();
    return countsByLevel(this.store.alerts() ?? [], status).map(({ level, count }) => ({
      level,
      count,
      shape: severityShape(level),
      chosen: levels.has(level),
    }));
  });
  protected readonly note = computed(() => {
    const alerts = this.store.alerts();
    if (alerts === null) return '';
    const open = this.store.openInAll() ?? alerts.filter(({ status }) => status === 'open').length;
    return `${exactCount(open)} open`;
  });
  protected readonly emptyNote = computed(() => {
    const alerts = this.store.alerts();
    if (alerts === null) return 'Waiting for data.';
    if (alerts.length === 0) return 'No alerts yet. Rehearse an attack to see how one comes about.';
    return `None of the ${exactCount(alerts.length)} newest alerts passes the filter.`;
  });
  /** How many alerts are held that pass the filter and are not drawn yet. */
  protected readonly undrawn = computed(() => Math.max(0, this.listed().length - this.drawn()));
  protected readonly older = computed(() => this.store.older(statusOfRequest(this.filter().status)));
  protected readonly exports = computed(() =>
    (['csv', 'stix'] as const).map((format) => ({
      format: format.toUpperCase(),
      url: `${this.origin}/api/v1/alerts?${exportQuery(this.filter(), format)}`,
    })),
  );

  constructor() {
    effect(() => {
      const alerts = this.listed().slice(0, PLACED_ROWS);
      untracked(() => alerts.forEach(({ source }) => this.places.find(source)));
    });
  }

  protected chooseStatus(choice: string): void {
    const status = STATUS_CHOICES.find((known) => known === choice);
    if (status !== undefined) this.filter.update((filter) => ({ ...filter, status }));
  }

  protected toggleLevel(level: SeverityLevel): void {
    this.filter.update(({ status, levels }) => {
      const chosen = new Set(levels);
      if (!chosen.delete(level)) chosen.add(level);
      return { status, levels: chosen };
    });
  }

  protected loadOlder(): void {
    const isDrawn = this.undrawn() === 0;
    this.drawn.update((rows) => rows + MORE_ROWS);
    if (isDrawn) void this.store.loadOlder(statusOfRequest(this.filter().status));
  }
}
