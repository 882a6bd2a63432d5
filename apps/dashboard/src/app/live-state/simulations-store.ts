import { inject, Injectable, signal } from '@angular/core';
import { Type } from '@sinclair/typebox';
import {
  ScenarioSummarySchema,
  SimulationSchema,
  SimulationScoreSchema,
  type ScenarioSummary,
  type Simulation,
  type SimulationScore,
} from '@watchfloor/contracts';
import { ask, type Outcome, type Request } from './api-client';
import { API_ORIGIN } from './live-state-store';

/** What a person asks of the simulator; what is left out is the scenario's own. */
export interface SimulationRequest {
  readonly scenario: string;
  readonly ratePerSecond?: number;
  readonly durationSeconds?: number;
  readonly seed?: number;
  readonly speed?: number;
}

/** `absent`: this api has no simulator. */
export type SimulatorState = 'unasked' | 'ready' | 'absent' | 'unreachable';

const ScenariosSchema = Type.Object({ items: Type.Array(ScenarioSummarySchema) });
const SimulationsSchema = Type.Object({ items: Type.Array(SimulationSchema) });

const PAUSE_MS = 1_000;
/** A simulator that is not there is asked for less often. */
const ABSENT_PAUSE_MS = 3_000;
/** The score is asked for with every so many lists, for the newest simulations. */
const LISTS_PER_SCORE = 3;
const MOST_SCORES = 5;
const NO_SIMULATOR = new Set([404, 502, 503]);

/** The simulator, asked again and again while somebody watches it. */
@Injectable({ providedIn: 'root' })
export class SimulationsStore {
  private readonly origin = inject(API_ORIGIN);
  private readonly current = signal<SimulatorState>('unasked');
  private readonly library = signal<readonly ScenarioSummary[]>([]);
  private readonly listed = signal<readonly Simulation[]>([]);
  private readonly scored = signal<ReadonlyMap<string, SimulationScore>>(new Map());
  private watching = 0;

  readonly state = this.current.asReadonly();
  readonly scenarios = this.library.asReadonly();
  /** Newest first. */
  readonly simulations = this.listed.asReadonly();
  readonly scores = this.scored.asReadonly();

  /** Follows the simulator until the returned function is called. */
  watch(): () => void {
    const watch = ++this.watching;
    void this.follow(() => watch === this.watching);
    return () => {
      if (watch === this.watching) this.watching++;
    };
  }

  /** Starts one; null when it goes, else why not. */
  start(request: SimulationRequest): Promise<string | null> {
    return this.act('', { method: 'POST', body: request });
  }

  /** Pauses, resumes or changes the rate (lines per second); null when done, else why not. */
  change(
    id: string,
    change: { readonly state?: 'running' | 'paused'; readonly ratePerSecond?: number },
  ): Promise<string | null> {
    return this.act(`/${id}`, { method: 'PATCH', body: change });
  }

  /** Ends one, and forgets it with its score; null when done, else why not. */
  async remove(id: string): Promise<string | null> {
    const outcome = await ask(this.url(`simulations/${id}`), Type.Null(), { method: 'DELETE' });
    await this.load();
    return causeOf(outcome);
  }

  private async act(path: string, request: Request): Promise<string | null> {
    const outcome = await ask(this.url(`simulations${path}`), SimulationSchema, request);
    await this.load();
    return causeOf(outcome);
  }

  /** Asks, then waits: a slow answer never makes questions pile up. */
  private async follow(goesOn: () => boolean): Promise<void> {
    for (let turn = 0; goesOn(); turn++) {
      if (!document.hidden) await this.load();
      if (this.current() === 'ready' && this.library().length === 0) await this.loadScenarios();
      if (turn % LISTS_PER_SCORE === 0) await this.loadScores();
      const pauseMs = this.current() === 'absent' ? ABSENT_PAUSE_MS : PAUSE_MS;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  private async loadScenarios(): Promise<void> {
    const outcome = await ask(this.url('scenarios'), ScenariosSchema);
    if (outcome.kind === 'answered') this.library.set(outcome.answer.items);
  }

  private async load(): Promise<void> {
    const outcome = await ask(this.url('simulations'), SimulationsSchema);
    this.current.set(stateOf(outcome));
    if (outcome.kind !== 'answered') return;
    const newestFirst = [...outcome.answer.items].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    this.listed.set(newestFirst);
  }

  private async loadScores(): Promise<void> {
    for (const { id } of this.listed().slice(0, MOST_SCORES)) {
      const outcome = await ask(this.url(`simulations/${id}/score`), SimulationScoreSchema);
      if (outcome.kind === 'answered') {
        this.scored.update((scores) => new Map(scores).set(id, outcome.answer));
      }
    }
  }

  private url(path: string): string {
    return `${this.origin}/api/v1/${path}`;
  }
}

function stateOf(outcome: Outcome<unknown>): SimulatorState {
  if (outcome.kind === 'answered') return 'ready';
  return outcome.kind === 'refused' && NO_SIMULATOR.has(outcome.status) ? 'absent' : 'unreachable';
}

function causeOf(outcome: Outcome<unknown>): string | null {
  if (outcome.kind === 'answered') return null;
  return outcome.kind === 'refused' ? outcome.title : 'The server does not answer';
}
