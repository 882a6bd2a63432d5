import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';

const { code: watchdog } = transformFileSync(join(__dirname, 'loop-watchdog.lifecycle.ts'), {
  swcrc: false,
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs' },
});

/** Runs code in a process of its own that is taken for lost after three missing signs. Answers how it ended. */
async function endOf(code: string): Promise<unknown> {
  const start =
    'const dog = new exports.LoopWatchdog({ everyMs: 50, missing: 3 }); dog.onApplicationBootstrap();';
  const child = spawn(process.execPath, ['-e', `${watchdog}\n${start}\n${code}`], { stdio: 'ignore' });
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal ?? exitCode;
}

describe('a watched process', () => {
  it('is killed when its event loop stands still', async () => {
    // Long after the watch began; an end of its own would be the exit code 3.
    const hang =
      'setTimeout(() => { const end = Date.now() + 15_000; while (Date.now() < end); process.exit(3); }, 500)';
    expect(await endOf(hang)).toBe('SIGKILL');
  }, 30_000);

  it('ends by itself when it has nothing more to do', async () => {
    expect(await endOf('setTimeout(() => undefined, 1_000)')).toBe(0);
  }, 30_000);

  it('is watched no more once it shuts down', async () => {
    const hang = 'const end = Date.now() + 2_000; while (Date.now() < end); process.exit(3)';
    expect(
      await endOf(`setTimeout(() => dog.beforeApplicationShutdown().then(() => { ${hang} }), 200)`),
    ).toBe(3);
  }, 30_000);
});
