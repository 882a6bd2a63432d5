import { spawnSync } from 'node:child_process';
import { isAlive, RunningSystem, until, watchfloor } from './running-system';

jest.setTimeout(120_000);

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
}

describe('npm start', () => {
  let system: RunningSystem;

  beforeEach(async () => {
    system = await RunningSystem.start(['--no-demo']);
  });

  afterEach(async () => {
    await system.dispose();
  });

  it('runs Redis, api, worker and simulator and says where to look', async () => {
    expect([...system.children().keys()].sort()).toEqual(['api', 'redis', 'simulator', 'worker']);
    expect(await answers(`${system.url}/health/ready`)).toBe(true);
    expect(system.output).toContain(`dashboard   ${system.url}/`);
  });

  it.each(['worker', 'api', 'simulator', 'redis'])(
    'starts %s again within 2 s after a kill -9, and says so',
    async (part) => {
      const before = system.children().get(part) ?? 0;
      const killedAt = performance.now();
      process.kill(before, 'SIGKILL');
      await until(() => (system.children().get(part) ?? before) !== before);
      expect(performance.now() - killedAt).toBeLessThan(2_000);
      await system.untilSaid(new RegExp(`${part} ended \\(SIGKILL\\)[^]*${part} runs again`));
      await until(() => answers(`${system.url}/health/ready`));
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('stops everything that it started on %s', async (signal) => {
    const children = [...system.children().values()];
    expect(children).toHaveLength(4);
    expect(await system.end(signal)).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(system.output).not.toMatch(/killed after/);
    expect(system.output.indexOf('api stopped')).toBeLessThan(system.output.indexOf('worker stopped'));
    expect(system.output.indexOf('worker stopped')).toBeLessThan(system.output.indexOf('redis stopped'));
  });

  it('leaves no process behind when it is killed itself', async () => {
    const children = [...system.children().values()];
    await system.end('SIGKILL');
    await until(() => !children.some(isAlive));
  });

  it('refuses a second run in the same folder and names the first', () => {
    const second = spawnSync(process.execPath, [watchfloor, 'up', '--folder', system.folder], {
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`already runs in this folder (pid ${system.process.pid}): ${system.url}`);
  });
});
