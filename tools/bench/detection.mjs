import { spawnSync } from 'node:child_process';
import { bundle } from './bundle.mjs';

/** `npm run bench:detection [-- EVENTS_PER_SECOND SECONDS]`: what detection with all rules costs without Redis. */
const program = await bundle('detection-bench');
const { status } = spawnSync(
  process.execPath,
  ['--max-semi-space-size=32', program, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
