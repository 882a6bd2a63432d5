import { IN_ORDER } from './disorder';
import { EventGenerator, type GenerationRequest } from './event-generator';
import type { NativeLine } from './line-queue';
import { findScenario, plan } from '../scenarios/library';
import type { ScenarioPlan } from './scenario-plan';

/** 2026-03-02 09:00:00 UTC, a Monday morning. */
export const START_MS = Date.UTC(2026, 2, 2, 9);

/** The plan of a scenario of the library. */
export function libraryPlan(name: string): ScenarioPlan {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return plan(scenario);
}

/** A minute of a scenario of the library with seed 7, changed as the test needs. */
export function requestFor(name: string, changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    scenarios: [libraryPlan(name)],
    seed: 7,
    startMs: START_MS,
    durationMs: 60_000,
    linesPerSecond: undefined,
    disorder: IN_ORDER,
    ...changes,
  };
}

/** All lines of a request. */
export function linesOf(request: GenerationRequest): NativeLine[] {
  const lines: NativeLine[] = [];
  new EventGenerator(request).generate(Infinity, (line) => lines.push(line));
  return lines;
}
