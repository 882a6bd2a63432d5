import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config';
import { registerBench } from './bench/bench.command';
import { registerDetect } from './detect.command';
import { registerDoctor } from './doctor/doctor.command';
import { registerNormalise } from './normalise.command';
import { registerRules } from './rules.command';
import { registerScore } from './score.command';
import { registerTables } from './tables.command';
import { CommandError, terminalOf, type Terminal } from './terminal';
import { registerUp } from './up/up.command';

/** Root of the workspace, seen from `dist/apps/api/cli/cli.js`. */
const root = resolve(__dirname, '..', '..', '..', '..');

/** The command line tool. The simulator brings `simulate` and `replay`, to which `bin/watchfloor` hands over directly. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('watchfloor')
    .description('A real-time event pipeline that you can watch.')
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText(
      'after',
      [
        '',
        'Commands of the simulator:',
        '  simulate <scenario...>     run scenarios against a running api, or write their log lines',
        '  replay <file|->            send a recorded log through the pipeline',
        '  scenarios                  list the scenarios of the library',
      ].join('\n'),
    )
    .exitOverride();
  registerUp(program, root, terminal);
  registerNormalise(program);
  registerDetect(program);
  registerRules(program, terminal);
  registerScore(program, terminal);
  registerBench(program, root, terminal);
  registerDoctor(program, root, terminal);
  registerTables(program, terminal);
  return program;
}

async function main(): Promise<void> {
  const terminal = terminalOf(process);
  try {
    await createProgram(terminal).parseAsync();
  } catch (error) {
    process.exitCode = report(error, terminal);
  }
}

/** Says what went wrong, with a stack only where it is a fault of ours. Returns the exit code. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof CommandError || error instanceof ConfigError) {
    terminal.note(`watchfloor: ${error.message}`);
    return 1;
  }
  terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

void main();
