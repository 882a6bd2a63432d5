import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningSystem, workspaceRoot } from './running-system';

jest.setTimeout(120_000);

/** The lines of the shell block under "Use it", in order. */
function commandsOfReadme(): string[] {
  const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
  const block = /## Use it[^]*?```sh\n([^]*?)```/.exec(readme)?.[1] ?? '';
  return block.split('\n').filter((line) => line !== '');
}

describe('the commands of the README', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await RunningSystem.start(['--no-demo']);
  });

  afterAll(() => system.dispose());

  it.each(commandsOfReadme())('work as they stand: %s', (command) => {
    // Only the port differs: 3000 may belong to someone else here.
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-o', 'pipefail', '-c', command.replaceAll('http://127.0.0.1:3000', system.url)],
      {
        cwd: workspaceRoot,
        env: { ...process.env, PORT: new URL(system.url).port },
        encoding: 'utf8',
      },
    );
    expect({ status, problem: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, problem: '' });
  });
});
