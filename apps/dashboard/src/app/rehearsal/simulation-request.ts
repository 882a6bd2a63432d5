import type { SimulationRequest } from '../live-state/simulations-store';

const NUMBERS = ['ratePerSecond', 'durationSeconds', 'seed', 'speed'] as const;

/** The request that a filled form stands for: what is left empty, or is no number, is left to the scenario. */
export function simulationRequest(scenario: string, field: (name: string) => string): SimulationRequest {
  const numbers = NUMBERS.flatMap((name) => {
    const text = field(name).trim();
    return text === '' || !Number.isFinite(Number(text)) ? [] : [[name, Number(text)] as const];
  });
  return { scenario, ...Object.fromEntries(numbers) };
}
