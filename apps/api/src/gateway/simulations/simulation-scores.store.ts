import type { DetectedAlert, Simulation, SimulationScore, SimulationTruth } from '@watchfloor/contracts';
import { isOnSimulated, score, type Claim, type Span } from '@watchfloor/scoring';
import type { AlertStore } from '../../pipeline/alerts/alert.store';
import type { Clock } from '../../pipeline/clock';
import { LIVE_TIMELINE } from '../../pipeline/topology';
import { Paced } from './paced';
import type { SimulatorControl } from './simulator-control.publisher';

/** An alert that began this long before a simulation may still be about it: the longest memory of a rule is hours. */
const BEFORE_MS = 2 * 3_600_000;
const PAGE = 500;
/** Alerts compared at most, the ones raised last. */
const MOST_ALERTS = 10_000;

/** Event time that detection has come through on the live timeline, ms since the epoch; events of any that it has not seen. */
export interface DetectionProgress {
  readonly watermark: number;
  readonly lag: number;
}

/** What the scores are made of beside the simulator and the alerts. */
export interface ScoreSources {
  /** The rules in use now. */
  readonly rules: () => readonly Claim[];
  /** How far detection has come. */
  readonly progress: () => Promise<DetectionProgress>;
  readonly clock: Clock;
}

/** The ground truth of each simulation against the alerts that were raised while it ran. */
export class SimulationScores {
  readonly #paced: Paced<SimulationScore>;
  /** Truth that no longer changes. */
  readonly #finished = new Map<string, SimulationTruth>();

  constructor(
    private readonly simulator: SimulatorControl,
    private readonly alerts: AlertStore,
    private readonly sources: ScoreSources,
  ) {
    this.#paced = new Paced(sources.clock);
  }

  /** @throws RequestProblem not_found, simulator_unavailable */
  of(id: string): Promise<SimulationScore> {
    return this.#paced.answer(id, () => this.#compare(id));
  }

  async #compare(id: string): Promise<SimulationScore> {
    const simulation = await this.simulator.describe(id);
    const { items: simulations } = await this.simulator.list();
    this.#forgetDeleted(simulations);
    // Before the alerts: what was judged by then has its alert among those that are read after.
    const judgedUntilMs = judgedUntil(simulation, await this.sources.progress());
    const truth = await this.#truthOf(simulation);
    const others = simulations.filter(
      (other) => other.id !== id && timelineOf(other) === timelineOf(simulation),
    );
    const elsewhere = await Promise.all(others.map((other) => this.#truthOf(other)));
    const span = spanOf(truth);
    return {
      simulation: simulation.id,
      scenario: simulation.scenario,
      state: simulation.state,
      ...score({
        truth: truth.items,
        alerts: span === undefined ? [] : await this.#alertsBetween(timelineOf(simulation), span),
        rules: this.sources.rules(),
        elsewhere: elsewhere.flatMap(({ items }) => items),
        judgedUntilMs,
        span: span ?? { fromMs: 0, untilMs: 0 },
      }),
    };
  }

  async #truthOf({ id, state }: Simulation): Promise<SimulationTruth> {
    const known = this.#finished.get(id);
    if (known !== undefined) return known;
    const truth = await this.simulator.truth(id);
    if (state === 'finished') this.#finished.set(id, truth);
    return truth;
  }

  #forgetDeleted(simulations: readonly Simulation[]): void {
    const existing = new Set(simulations.map(({ id }) => id));
    for (const id of this.#finished.keys()) if (!existing.has(id)) this.#finished.delete(id);
  }

  async #alertsBetween(timeline: string, { fromMs, untilMs }: Span): Promise<DetectedAlert[]> {
    const query = { timeline, limit: PAGE, since: fromMs - BEFORE_MS, until: untilMs + 1 };
    let page = await this.alerts.list(query);
    const found = [...page.items];
    while (page.next && found.length < MOST_ALERTS) {
      page = await this.alerts.list({ ...query, from: page.next });
      found.push(...page.items);
    }
    return found.filter(isOnSimulated);
  }
}

const timelineOf = ({ timeline = LIVE_TIMELINE }: Simulation): string => timeline;

/** A timeline of its own has no watermark that is told; it has been judged when the run is over and nothing is left to see. */
function judgedUntil(simulation: Simulation, { watermark, lag }: DetectionProgress): number {
  if (timelineOf(simulation) === LIVE_TIMELINE) return watermark;
  return simulation.state === 'finished' && lag === 0 ? Infinity : 0;
}

/** The time in which an alert without an attack is false: while the simulation ran, and no attack of it is forgotten. */
function spanOf({ from, until, forgottenUntil }: SimulationTruth): Span | undefined {
  if (from === null || until === null) return undefined;
  const fromMs = Math.max(Date.parse(from), forgottenUntil === null ? 0 : Date.parse(forgottenUntil));
  return { fromMs, untilMs: Date.parse(until) };
}
