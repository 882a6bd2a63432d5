import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import type { ScenarioSummary, Simulation } from '@watchfloor/contracts';
import { inWords } from '../figures/figures';
import { AlertsStore } from '../live-state/alerts-store';
import { SimulationsStore } from '../live-state/simulations-store';
import {
  phaseVerdict,
  progressWords,
  scoreFigures,
  sendFigures,
  settingsWords,
  techniqueRow,
} from './simulation-view';

/** Phases that are listed at most, the latest. */
const MOST_PHASES = 100;

/** One simulation: how far it is, what became of its lines, and how well detection saw it. */
@Component({
  selector: 'wf-simulation-card',
  templateUrl: './simulation-card.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SimulationCard {
  readonly simulation = input.required<Simulation>();
  readonly scenario = input<ScenarioSummary>();
  private readonly store = inject(SimulationsStore);
  protected readonly alerts = inject(AlertsStore);
  protected readonly title = computed(() => this.scenario()?.title ?? inWords(this.simulation().scenario));
  protected readonly settings = computed(() => settingsWords(this.simulation()));
  protected readonly progress = computed(() => progressWords(this.simulation()));
  protected readonly sending = computed(() => sendFigures(this.simulation()));
  protected readonly score = computed(() => this.store.scores().get(this.simulation().id) ?? null);
  protected readonly scoring = computed(() => {
    const score = this.score();
    return score === null ? [] : scoreFigures(score);
  });
  protected readonly techniques = computed(() => (this.score()?.techniques ?? []).map(techniqueRow));
  protected readonly phases = computed(() =>
    (this.score()?.phases ?? []).slice(-MOST_PHASES).map((phase) => ({
      name: inWords(phase.phase),
      technique: phase.technique,
      verdict: phaseVerdict(phase),
      alert: phase.alerts[0] ?? null,
    })),
  );
  protected readonly busy = signal(false);
  protected readonly problem = signal<string | null>(null);

  protected toggle(): void {
    const state = this.simulation().state === 'running' ? ('paused' as const) : ('running' as const);
    void this.do(this.store.change(this.simulation().id, { state }));
  }

  protected setRate(text: string): void {
    const ratePerSecond = Number(text);
    if (text === '' || !Number.isFinite(ratePerSecond)) return;
    void this.do(this.store.change(this.simulation().id, { ratePerSecond }));
  }

  protected stop(): void {
    void this.do(this.store.remove(this.simulation().id));
  }

  private async do(action: Promise<string | null>): Promise<void> {
    this.busy.set(true);
    this.problem.set(await action);
    this.busy.set(false);
  }
}
