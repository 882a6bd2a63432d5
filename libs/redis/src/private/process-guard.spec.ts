import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessGuard } from './process-guard';

/** A process that prints the pid of a child it guards and then waits to be killed. */
const parent = `
  const { spawn } = require('node:child_process');
  const source = process.argv[1];
  const guard = spawn('/bin/sh', ['-c', source], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  guard.stdin.write('+ ' + child.pid + '\\n');
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(20);
  }
}

describe('the process guard', () => {
  it('ends a child whose parent was killed with SIGKILL', async () => {
    const guarded = spawn(process.execPath, ['-e', parent, ProcessGuard.script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(guarded.stdout, 'data')) as [Buffer];
    guarded.kill('SIGKILL');
    await untilGone(Number(line.toString()));
  }, 10_000);
});
