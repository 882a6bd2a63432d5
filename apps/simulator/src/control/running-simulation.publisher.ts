import type { Simulation, SimulationTruth } from '@watchfloor/contracts';
import { IN_ORDER } from '../generation/disorder';
import { EventGenerator } from '../generation/event-generator';
import type { ScenarioPlan } from '../generation/scenario-plan';
import { TruthSummary } from '../generation/truth-summary';
import { LogLinesPublisher } from '../publication/log-lines.publisher';
import { SimulationRun } from '../publication/simulation-run.publisher';
import { startOfResumedRun, VirtualClock } from '../publication/virtual-clock';
import type { SavedSimulation } from './simulation-state.store';

const IN_FLIGHT = 8;
const TIMEOUT_MS = 15_000;
const GIVE_UP_AFTER_MS = 60_000;
const LONGEST_LAG_MS = 10_000;

/** One simulation of the control plane, from where it was saved (a new one: from its beginning). */
export class RunningSimulation {
  private readonly run: SimulationRun;
  private readonly publisher: LogLinesPublisher;
  private readonly truth: TruthSummary;
  private state: Simulation['state'];
  private ratePerSecond: number;
  private readonly ended: Promise<void>;

  constructor(
    private readonly saved: SavedSimulation,
    scenario: ScenarioPlan,
    target: URL,
  ) {
    const { simulation, starts } = saved;
    const { id, seed, speed, durationSeconds, positionSeconds, figures } = simulation;
    this.state = simulation.state;
    this.ratePerSecond = simulation.ratePerSecond;
    this.truth = new TruthSummary(saved.truth);
    this.publisher = new LogLinesPublisher({
      target,
      inFlight: IN_FLIGHT,
      timeoutMs: TIMEOUT_MS,
      giveUpAfterMs: GIVE_UP_AFTER_MS,
      before: figures,
    });
    const durationMs = durationSeconds === null ? Infinity : durationSeconds * 1000;
    const positionMs = positionSeconds * 1000;
    const clock = new VirtualClock(performance.now() - positionMs / speed, speed);
    const generator = new EventGenerator({
      scenarios: [scenario],
      seed,
      startMs: startOfResumedRun({ nowMs: Date.now(), durationMs, speed }, positionMs),
      durationMs,
      linesPerSecond: this.ratePerSecond,
      disorder: IN_ORDER,
      skipMs: positionMs,
    });
    this.run = new SimulationRun(generator, this.publisher, {
      runId: `${id}-${starts}`,
      clock,
      speed,
      timeline: simulation.timeline,
      longestLagMs: LONGEST_LAG_MS,
      positionUs: positionMs * 1000,
      resendShare: 0,
      onLine: (line) => this.truth.add(line),
    });
    if (this.state === 'paused') this.run.pause();
    this.ended = this.work();
  }

  get id(): string {
    return this.saved.simulation.id;
  }

  describe(): Simulation {
    return {
      ...this.saved.simulation,
      state: this.state,
      ratePerSecond: this.ratePerSecond,
      positionSeconds: Math.round(this.run.offsetUs / 1000) / 1000,
      figures: this.publisher.ledger.figures(),
    };
  }

  truthSoFar(): SimulationTruth {
    return this.truth.soFar();
  }

  /** What must be kept for it to go on after a restart. */
  toSave(): SavedSimulation {
    return { simulation: this.describe(), truth: this.truthSoFar(), starts: this.saved.starts };
  }

  pause(): void {
    if (this.state !== 'running') return;
    this.state = 'paused';
    this.run.pause();
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    this.run.resume();
  }

  setRate(ratePerSecond: number): void {
    this.ratePerSecond = ratePerSecond;
    this.run.setRate(ratePerSecond);
  }

  /** Ends it without finishing it: what is under way gets its answer, nothing else is sent. */
  async stop(): Promise<void> {
    this.run.stop();
    this.publisher.giveUp();
    await this.ended;
  }

  private async work(): Promise<void> {
    const finished = await this.run.run();
    if (finished) this.state = 'finished';
    await this.publisher.close();
  }
}
