import type { Activity } from './activity';
import { Actor } from './actor';
import { BEHAVIOUR_BY_NAME } from './behaviours/behaviours';
import type { TruthLabel } from './line-queue';
import { Arrivals } from './rate-shape';
import type { PhasePlan } from './scenario-plan';
import { SeededRandom } from './seeded-random';
import type { Target } from './target';

const DAY_MS = 86_400_000;

/** Where a phase belongs in a run. */
export interface PhaseTurn {
  /** Path of seeds: everything drawn for this turn depends on it alone. */
  readonly seed: string;
  /** How often the scenario has been through before; 0 at first. */
  readonly cycle: number;
  /** Start of the phase in microseconds from the start of the run. */
  readonly startsAtUs: number;
  /** Start of the run in milliseconds since the epoch: where in the day it begins. */
  readonly runStartMs: number;
  readonly targets: readonly Target[];
}

/** One phase in one cycle of its scenario: what happens next, and when. */
export class PhaseRun {
  readonly truth: TruthLabel | undefined;
  /** When the next activity begins, in microseconds from the start of the run; Infinity when the phase is over. */
  nextUs = Infinity;
  private readonly arrivals: Arrivals;
  private readonly act: () => Activity;

  constructor(
    readonly plan: PhasePlan,
    private readonly turn: PhaseTurn,
    factor: number,
  ) {
    const { seed, cycle, startsAtUs, runStartMs, targets } = turn;
    const scenarioPath = `${seed}/${plan.scenario}${plan.occurrence}`;
    const path = `${scenarioPath}/${plan.name}/${cycle}`;
    this.truth = truthOf(plan, cycle);
    this.arrivals = new Arrivals(
      plan.rate,
      { phaseMs: plan.lastsMs, startOfDayMs: (runStartMs + Math.floor(startsAtUs / 1000)) % DAY_MS },
      new SeededRandom(`${path}/arrivals`),
    );
    const { actor, options, success } = plan;
    const world = actor.shared ? `${seed}/organisation` : scenarioPath;
    const actorPath = `${world}/${actor.name}/${actor.staysPut ? 'always' : cycle}`;
    this.act = BEHAVIOUR_BY_NAME[plan.does].begin({
      actor: new Actor(actor, new SeededRandom(actorPath)),
      targets,
      random: new SeededRandom(`${path}/activities`),
      success,
      options,
    });
    this.advance(1, factor);
  }

  get cycle(): number {
    return this.turn.cycle;
  }

  nextActivity(): Activity {
    return this.act();
  }

  /** Leaves out what would happen before a moment (microseconds from the start of the run). */
  skipTo(us: number, factor: number): void {
    while (this.nextUs < us) this.advance(1, factor);
  }

  /** Moves past the lines that the last activity wrote: each takes the place of one arrival. */
  advance(lines: number, factor: number): void {
    let nextMs = 0;
    for (let line = 0; line < lines; line += 1) nextMs = this.arrivals.next(factor);
    this.nextUs = nextMs === Infinity ? Infinity : this.turn.startsAtUs + Math.floor(nextMs * 1000);
  }
}

function truthOf(
  { stage, scenario, occurrence, name, technique }: PhasePlan,
  cycle: number,
): TruthLabel | undefined {
  if (stage === 'background') return undefined;
  return { attack: `${scenario}${occurrence}-${cycle + 1}`, scenario, phase: name, technique };
}
