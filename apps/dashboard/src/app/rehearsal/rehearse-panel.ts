import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { attackName } from '../detections/attack-names';
import { compactCount, duration } from '../figures/figures';
import { SimulationsStore } from '../live-state/simulations-store';
import { SimulationCard } from './simulation-card';
import { simulationRequest } from './simulation-request';

/** What is chosen when the panel is opened: short, and found by a rule that is easily understood. */
const FIRST_CHOICE = 'ssh-brute-force';

/** Rehearsals: choose an attack, let it run, and see how well detection finds it. */
@Component({
  selector: 'wf-rehearse-panel',
  imports: [SimulationCard],
  templateUrl: './rehearse-panel.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RehearsePanel {
  /** While it is not shown nothing is asked for; what was filled in stays. */
  readonly shown = input.required<boolean>();
  protected readonly store = inject(SimulationsStore);
  private readonly runs = viewChild<ElementRef<HTMLElement>>('runs');
  private readonly chosen = signal<string | null>(null);
  protected readonly scenario = computed(() => {
    const scenarios = this.store.scenarios();
    const wanted = this.chosen() ?? FIRST_CHOICE;
    return scenarios.find(({ name }) => name === wanted) ?? scenarios[0] ?? null;
  });
  protected readonly facts = computed(() => {
    const scenario = this.scenario();
    if (scenario === null) return '';
    const length = duration(scenario.lengthSeconds * 1_000);
    return `${length} long, then again with other intruders; ${compactCount(scenario.ratePerSecond)} lines/s`;
  });
  protected readonly techniques = computed(() =>
    (this.scenario()?.techniques ?? []).map((id) => ({ id, name: attackName(id) })),
  );
  protected readonly simulations = computed(() =>
    this.store.simulations().map((simulation) => ({
      simulation,
      scenario: this.store.scenarios().find(({ name }) => name === simulation.scenario),
    })),
  );
  protected readonly starting = signal(false);
  protected readonly problem = signal<string | null>(null);

  constructor() {
    effect((onCleanup) => {
      if (this.shown()) onCleanup(this.store.watch());
    });
  }

  protected choose(name: string): void {
    this.chosen.set(name);
  }

  protected async start(form: HTMLFormElement): Promise<void> {
    const scenario = this.scenario();
    if (scenario === null) return;
    const fields = new FormData(form);
    const request = simulationRequest(scenario.name, (name) => String(fields.get(name) ?? ''));
    this.starting.set(true);
    this.problem.set(await this.store.start(request));
    this.starting.set(false);
    if (this.problem() === null) this.runs()?.nativeElement.scrollIntoView({ block: 'start' });
  }
}
