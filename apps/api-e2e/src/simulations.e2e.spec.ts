import { spawnSync } from 'node:child_process';
import type { Simulation, SimulationScore } from '@watchfloor/contracts';
import { RunningSystem, until, watchfloor, workspaceRoot } from './running-system';

jest.setTimeout(180_000);

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start(['--no-demo']);
  await until(async () => (await fetch(`${system.url}/api/v1/scenarios`)).ok);
});
afterAll(() => system.dispose());

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`${system.url}/api/v1${path}`, init);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const start = (body: object): Promise<Simulation> =>
  ask('/simulations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a simulation on a running system', () => {
  it('is judged: its attacks are detected and nothing else is', async () => {
    const { id } = await start({
      scenario: 'ssh-brute-force',
      durationSeconds: 120,
      ratePerSecond: 20,
      speed: 20,
      timeline: 'rehearsal-1',
    });
    const score = (): Promise<SimulationScore> => ask(`/simulations/${id}/score`);
    await until(async () => (await score()).detected > 0);
    expect(await score()).toMatchObject({
      simulation: id,
      scenario: 'ssh-brute-force',
      attacks: 1,
      detected: 1,
      missed: 0,
      false: 0,
      recall: 1,
      precision: 1,
    });
  });

  it('is scored by the command line too, once detection has passed its end', () => {
    const args = ['simulate', 'port-scan-vertical', '--duration', '20s', '--target', system.url, '--json'];
    const { status, stdout } = spawnSync(process.execPath, [watchfloor, ...args], {
      cwd: workspaceRoot,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    const { score } = JSON.parse(stdout) as { score: SimulationScore };
    expect(score).toMatchObject({ attacks: 1, detected: 1, pending: 0, recall: 1 });
  });
});
