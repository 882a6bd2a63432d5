import { randomBytes } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  ConflictException,
  Inject,
  Injectable,
  Logger,
  NotFoundException,
  type OnApplicationBootstrap,
  UnprocessableEntityException,
} from '@nestjs/common';
import type { Simulation, SimulationTruth } from '@watchfloor/contracts';
import { CONFIG, type Config } from '../config';
import { NO_TRUTH } from '../generation/truth-summary';
import { nominalRate } from '../generation/event-generator';
import { allowedTarget } from '../publication/allow-list';
import { NOTHING_SENT } from '../publication/send-ledger';
import { ScenarioFiles } from '../simulation/scenario-files.store';
import { findScenario } from '../scenarios/library';
import { RunningSimulation } from './running-simulation.publisher';
import type { ChangeSimulationBody, CreateSimulationBody } from './simulation-bodies';
import { SimulationStates, type SavedSimulation } from './simulation-state.store';

const SAVE_EVERY_MS = 5_000;
/** Simulations that exist at the same time, finished ones included. */
const MOST_SIMULATIONS = 50;

/** All simulations of the control plane: several at once, kept over restarts. */
@Injectable()
export class Simulations implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Simulations');
  private readonly running = new Map<string, RunningSimulation>();
  private readonly target: URL;
  private timer: NodeJS.Timeout | undefined;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly scenarios: ScenarioFiles,
    private readonly states: SimulationStates,
  ) {
    this.target = allowedTarget(config.target, config.allowedHosts);
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const saved of await this.states.load()) await this.goOn(saved);
    const idle = [...this.running.values()].every((simulation) => simulation.describe().state === 'finished');
    if (this.config.demo && idle) await this.create({ scenario: 'demo' });
    this.timer = setInterval(() => void this.saveAll(), SAVE_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.running.values()].map((simulation) => simulation.stop()));
    await this.saveAll();
  }

  list(): Simulation[] {
    return [...this.running.values()].map((simulation) => simulation.describe());
  }

  describe(id: string): Simulation {
    return this.find(id).describe();
  }

  truth(id: string): SimulationTruth {
    return this.find(id).truthSoFar();
  }

  /** @throws UnprocessableEntityException for a scenario that does not exist or a fast run without an end. */
  async create(body: CreateSimulationBody): Promise<Simulation> {
    const { scenario, durationSeconds = null, seed = 1, speed = 1 } = body;
    if (findScenario(scenario) === undefined)
      throw new UnprocessableEntityException('there is no such scenario');
    if (speed > 1 && durationSeconds === null)
      throw new UnprocessableEntityException('a run faster than time needs durationSeconds');
    this.makeRoom();
    const plan = await this.scenarios.plan(scenario);
    const durationMs = durationSeconds === null ? Infinity : durationSeconds * 1000;
    const rate = Math.round(nominalRate([plan], durationMs) * 100) / 100;
    const simulation: Simulation = {
      id: `s-${randomBytes(6).toString('hex')}`,
      scenario,
      state: 'running',
      ratePerSecond: body.ratePerSecond ?? Math.max(0.1, rate),
      durationSeconds,
      seed,
      speed,
      ...(body.timeline === undefined ? {} : { timeline: body.timeline }),
      createdAt: new Date().toISOString(),
      positionSeconds: 0,
      figures: NOTHING_SENT,
    };
    await this.goOn({ simulation, truth: NO_TRUTH, starts: 0 });
    return this.describe(simulation.id);
  }

  async change(id: string, { state, ratePerSecond }: ChangeSimulationBody): Promise<Simulation> {
    const simulation = this.find(id);
    if (simulation.describe().state === 'finished')
      throw new ConflictException('the simulation has finished');
    if (ratePerSecond !== undefined) simulation.setRate(ratePerSecond);
    if (state === 'paused') simulation.pause();
    if (state === 'running') simulation.resume();
    await this.states.save(simulation.toSave());
    return simulation.describe();
  }

  /** Ends a simulation and forgets it. */
  async remove(id: string): Promise<void> {
    const simulation = this.find(id);
    this.running.delete(id);
    await simulation.stop();
    await this.saving;
    await this.states.forget(id);
  }

  private find(id: string): RunningSimulation {
    const simulation = this.running.get(id);
    if (simulation === undefined) throw new NotFoundException('there is no such simulation');
    return simulation;
  }

  private async goOn(saved: SavedSimulation): Promise<void> {
    if (findScenario(saved.simulation.scenario) === undefined) {
      this.logger.warn({
        message: 'A saved simulation runs no scenario of the library',
        id: saved.simulation.id,
      });
      return;
    }
    const plan = await this.scenarios.plan(saved.simulation.scenario);
    const started = { ...saved, starts: saved.starts + 1 };
    const simulation = new RunningSimulation(started, plan, this.target);
    this.running.set(simulation.id, simulation);
    await this.states.save(simulation.toSave());
    this.logger.log({ message: 'Simulation goes', id: simulation.id, scenario: saved.simulation.scenario });
  }

  /** The oldest finished simulation makes way for a new one. */
  private makeRoom(): void {
    if (this.running.size < MOST_SIMULATIONS) return;
    const finished = this.list().find(({ state }) => state === 'finished');
    if (finished === undefined)
      throw new ConflictException(`at most ${MOST_SIMULATIONS} simulations at once`);
    this.running.delete(finished.id);
    void this.states.forget(finished.id);
  }

  private saveAll(): Promise<void> {
    this.saving = this.saving.then(() => this.saveEach());
    return this.saving;
  }

  private async saveEach(): Promise<void> {
    for (const simulation of [...this.running.values()])
      await this.states.save(simulation.toSave()).catch((error: unknown) => {
        this.logger.error({
          message: 'A simulation could not be saved',
          id: simulation.id,
          error: String(error),
        });
      });
  }
}
