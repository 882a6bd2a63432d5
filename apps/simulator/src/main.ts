import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Command } from 'commander';
import { configFromEnvironment } from './config';
import { startControlServer } from './control/control-server.lifecycle';
import { ReplayCommand } from './replay/replay.command';
import type { ReplayOptions } from './replay/replay-request';
import type { CommandResult } from './simulation/simulate.command';
import { SimulateCommand } from './simulation/simulate.command';
import type { SimulateOptions } from './simulation/simulation-request';
import { ScenarioFiles } from './simulation/scenario-files.store';
import { SimulatorModule } from './simulator.module';

/** What a shell expects of a program that was ended by Ctrl+C. */
const INTERRUPTED = 130;

/** An aborted signal once the user asks to stop; a second Ctrl+C ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      controller.abort();
    });
  return controller.signal;
}

async function runOnce(
  json: boolean,
  figuresTo: NodeJS.WriteStream,
  command: (signal: AbortSignal) => Promise<CommandResult>,
): Promise<void> {
  const signal = stopSignal();
  const { figures, summary, succeeded } = await command(signal);
  figuresTo.write(json ? `${JSON.stringify(figures)}\n` : `${summary}\n`);
  process.exitCode = succeeded ? 0 : signal.aborted ? INTERRUPTED : 1;
}

const context = () =>
  NestFactory.createApplicationContext(SimulatorModule.with(configFromEnvironment()), {
    logger: ['error'],
    abortOnError: false,
  });

async function main(): Promise<void> {
  const program = new Command('simulator')
    .description('Simulated attacks and recorded logs for a Watchfloor api')
    .showHelpAfterError();

  program
    .command('simulate')
    .description('run scenarios (names of the library, or YAML files)')
    .argument('<scenario...>', 'see the command scenarios')
    .option('--rate <n>', 'lines per second on average over all scenarios')
    .option('--duration <time>', 'such as 60s or 24h; scenarios repeat (default: the longest scenario)')
    .option('--seed <n>', 'same seed, same lines', '1')
    .option('--speed <x>', 'how much faster than time, or max', '1')
    .option('--start <time>', 'ISO time of the first event (default: so that the last event is now)')
    .option('--target <url>', 'base URL of the api')
    .option('--timeline <name>', 'timeline to send to')
    .option('--out <file>', 'write the lines to a file, - for standard output, instead of sending them')
    .option('--dataset <name>', 'with --out: only the lines of one dataset')
    .option('--labels <file>', 'write which lines belong to which attack')
    .option('--disorder <settings>', 'shuffled=2s,delayed=0.05:30s,duplicated=0.01,malformed=0.01,skew=3s')
    .option('--resend <share>', 'send this share of the requests again, under the same key')
    .option('--json', 'print the figures as JSON')
    .action(async (names: string[], options: SimulateOptions) => {
      const app = await context();
      const figuresTo = options.out === '-' ? process.stderr : process.stdout;
      await runOnce(options.json === true, figuresTo, (signal) =>
        app.get(SimulateCommand).run(names, options, signal),
      );
      await app.close();
    });

  program
    .command('replay')
    .description('send a recorded log through the pipeline')
    .argument('<file>', 'the log, - for standard input')
    .requiredOption('--dataset <name>', 'its raw format, or auto')
    .option('--year <y>', 'year of the first date without one')
    .option('--timezone <tz>', 'zone of times without one')
    .option('--speed <x>', '1 keeps its pace, 10 is ten times as fast, max as fast as it is accepted', '1')
    .option('--shift-to-now', 'move its times: the first line (with max: the last) happens now')
    .option('--timeline <name>', 'timeline to send to (default: its own, unless shifted)')
    .option('--run <id>', 'id of the replay; the same again resumes it')
    .option('--target <url>', 'base URL of the api')
    .option('--json', 'print the figures as JSON')
    .action(async (file: string, options: ReplayOptions) => {
      const app = await context();
      await runOnce(options.json === true, process.stdout, (signal) =>
        app.get(ReplayCommand).run(file, options, signal),
      );
      await app.close();
    });

  program
    .command('scenarios')
    .description('list the scenarios of the library')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const app = await context();
      const list = app.get(ScenarioFiles).list();
      const text = options.json
        ? JSON.stringify(list.map(({ name, title, summary, length }) => ({ name, title, summary, length })))
        : list.map(({ name, summary }) => `${name.padEnd(22)} ${summary}`).join('\n');
      process.stdout.write(`${text}\n`);
      await app.close();
    });

  program
    .command('serve', { isDefault: true })
    .description('run simulations under the control of the api, the demo to begin with')
    .action(async () => {
      const app = await startControlServer(configFromEnvironment());
      process.stderr.write(`simulator controlled at ${await app.getUrl()}\n`);
    });

  await program.parseAsync();
}

// Whoever reads our output may stop early (`| head`); that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
