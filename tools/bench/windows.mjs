import { spawnSync } from 'node:child_process';
import { bundle } from './bundle.mjs';

/** `npm run bench:windows [-- EVENTS_PER_SECOND]`: what windows cost without Redis and HTTP. */
const program = await bundle('window-bench');
const { status } = spawnSync(process.execPath, ['--expose-gc', program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
