import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { bundle, root } from './bundle.mjs';

/**
 * `npm run bench:windows [-- EVENTS_PER_SECOND]`: what windows cost without Redis and HTTP, then how long their answers take with
 * both. Exit code 1 where the 95th percentile of an answer is too long.
 */
const { ensureBuilt } = createRequire(import.meta.url)('../build/ensure-built.cjs');

let child;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child?.kill(signal));

function run(...args) {
  child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

const windows = await run('--expose-gc', await bundle('window-bench'), ...process.argv.slice(2));
if (windows !== 0) process.exit(windows);
await ensureBuilt(root, ['api'], (line) => process.stderr.write(`${line}\n`));
process.exit(await run(await bundle('snapshot-bench'), root));
