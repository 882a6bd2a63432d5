import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { bundle, root } from './bundle.mjs';

/** `npm run soak [-- MINUTES [EVENTS_PER_SECOND]]`: memory of every process under a flood of a million sources. */
const { ensureBuilt } = createRequire(import.meta.url)('../build/ensure-built.cjs');
await ensureBuilt(root, ['api'], (line) => process.stderr.write(`${line}\n`));
const program = await bundle('soak');
const child = spawn(process.execPath, [program, root, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code) => process.exit(code ?? 1));
