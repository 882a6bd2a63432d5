import type { Command } from 'commander';
import { ensureRedisInstalled } from '@watchfloor/redis';
import { readConfig } from '../../config';
import { CommandError, type Terminal } from '../terminal';
import { checkGeography, checkMachine, checkRedis, checkWorkspace } from './checks.probe';
import { ensureChromium, findChromium, waysToGetChromium } from './chromium.probe';
import { formatFindings, isSound, type Finding } from './finding';

interface DoctorOptions {
  readonly tests?: true;
  readonly install?: true;
  readonly json?: true;
}

/** `doctor`: what is present, what is missing, what to do about it. */
export function registerDoctor(program: Command, root: string, terminal: Terminal): void {
  program
    .command('doctor')
    .description('say what is present, what is missing and what to do about it')
    .option('--tests', 'also what npm test needs')
    .option('--install', 'install what is missing, where that is possible (Debian or Ubuntu, as root)')
    .option('--json', 'print one JSON object')
    .action(async (options: DoctorOptions) => {
      if (options.install) await install(root, options, terminal);
      const findings = await examine(root, options);
      terminal.print(
        options.json ? JSON.stringify({ sound: isSound(findings), findings }) : formatFindings(findings),
      );
      if (!isSound(findings)) throw new CommandError('something is missing, see above.');
    });
}

async function install(root: string, { tests }: DoctorOptions, { note }: Terminal): Promise<void> {
  const say = (line: string) => note(`watchfloor: ${line}`);
  // What cannot be installed does not end the command: the findings name it, together with all the rest.
  const sayWhy = ({ message }: Error) => say(message.split('. Three ways')[0] ?? message);
  if (!process.env['REDIS_URL'] || tests) await ensureRedisInstalled(say).catch(sayWhy);
  if (tests) await ensureChromium(root, process.env, say).catch(sayWhy);
}

async function examine(root: string, { tests }: DoctorOptions): Promise<Finding[]> {
  const config = readConfig();
  const given = process.env['REDIS_URL'];
  return [
    ...checkWorkspace(root),
    ...(await checkRedis(given)),
    // Tests that kill Redis, and those on a cluster, start their own whatever REDIS_URL says.
    ...(tests && given ? await checkRedis(undefined) : []),
    checkGeography(root, config),
    ...(await checkMachine(root, config)),
    ...(tests ? [checkChromium(root)] : []),
  ];
}

function checkChromium(root: string): Finding {
  const path = findChromium(root, process.env);
  if (path !== undefined) return { name: 'Chromium', state: 'present', detail: path };
  return {
    name: 'Chromium',
    state: 'missing',
    detail: 'none for the browser tests',
    remedy: waysToGetChromium,
  };
}
