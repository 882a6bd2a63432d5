import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { DATASETS, type RequestedDataset } from '@watchfloor/contracts';
import type { Rule } from '../pipeline/detection/rule';
import { reportText } from '../pipeline/detection/rule-explanation';
import { DetectRun } from './detect-run';
import { EVENT_TIME } from '../pipeline/topology';
import { loadRules } from './load-rules';
import { datasetArgument, timezoneArgument, yearArgument } from './normalise.command';
import { CommandError } from './terminal';

/** What `detect` was asked for. */
export interface DetectOptions {
  readonly dataset: RequestedDataset;
  readonly timezone: string;
  readonly year?: number;
  /** The host of lines that name none. */
  readonly host?: string;
  /** Whether alerts are printed as they ended instead of as they were raised. */
  readonly final?: boolean;
  /** Id of the rule whose doings are told instead of printing alerts. */
  readonly explain?: string;
  /** A directory of rules to use instead of those that come with the project. */
  readonly rules?: string;
  readonly json?: boolean;
}

export interface DetectStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
}

/** `detect`: log lines on standard input, alerts as NDJSON on standard output, in event time. */
export function registerDetect(program: Command): void {
  program
    .command('detect')
    .description('read log lines on standard input, print the alerts that the pipeline would raise')
    .requiredOption(
      '--dataset <name>',
      `what the lines are: ${DATASETS.join(', ')}, or auto`,
      datasetArgument,
    )
    .option('--year <year>', 'the year of dates that name none', yearArgument)
    .option('--timezone <zone>', 'IANA zone or offset of times that name none', timezoneArgument, 'UTC')
    .option('--host <name>', 'the host of lines that name none')
    .option('--final', 'print each alert once, at the end, with all that came to belong to it')
    .option('--explain <rule>', 'tell why this rule did or did not fire, instead of printing alerts')
    .option('--rules <directory>', 'use the rules of this directory instead of the built-in ones')
    .option('--json', 'print the explanation as JSON')
    .action((options: DetectOptions) =>
      detectStream(options, { input: process.stdin, output: process.stdout, errors: process.stderr }),
    );
}

/** Reads `input` to its end and writes alerts, or the explanation of one rule, to `output`. */
export async function detectStream(
  options: DetectOptions,
  { input, output, errors }: DetectStreams,
): Promise<void> {
  const { dataset, timezone, year, host } = options;
  const rules = loadRules(options.rules);
  const explained = options.explain === undefined ? undefined : ruleNamed(rules, options.explain);
  const run = new DetectRun(
    { dataset, context: { timezone, year, host } },
    explained === undefined ? rules : [explained],
    { explained, final: options.final === true },
  );
  const closed = new AbortController();
  output.once('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe that goes away (`| head`) ends the run, it is no fault.
    if (error.code !== 'EPIPE') throw error;
    closed.abort();
    input.destroy();
  });
  const print = async (text: string): Promise<void> => {
    if (text !== '' && explained === undefined && !output.write(text)) await once(output, 'drain', closed);
  };
  try {
    for await (const chunk of input) await print(run.chunk(chunk as Buffer));
    await print(run.end());
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  }
  const report = run.report();
  if (report !== undefined)
    output.write(`${options.json === true ? JSON.stringify(report) : reportText(report)}\n`);
  for (const warning of [...warnings(run), ...unmetConditions(explained === undefined ? rules : [explained])])
    errors.write(`watchfloor: ${warning}\n`);
}

function ruleNamed(rules: readonly Rule[], name: string): Rule {
  const found = rules.find(({ spec }) => spec.id === name || spec.aliases?.includes(name) === true);
  if (found !== undefined) return found;
  throw new CommandError(`no rule ${name}; there are ${rules.map(({ spec }) => spec.id).join(', ')}`);
}

/** Fields that the pipeline takes from its tables of places and networks, which are not read here. */
const LOCATED = /^(?:source|destination)\.(?:geo|as)\./;

function unmetConditions(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ spec, clauses }) => {
    const fields = new Set(clauses.flatMap((clause) => clause.fields).filter((field) => LOCATED.test(field)));
    return [...fields].map(
      (field) => `${spec.id} asks for ${field}, which the pipeline adds and detect does not`,
    );
  });
}

function warnings(run: DetectRun): string[] {
  const said: string[] = [];
  if (run.yearsInferred)
    said.push(
      'the lines name no year: counted from 1970 on, one more at each step from December to January (--year sets it)',
    );
  if (run.lines > 0 && run.rejected === run.lines)
    said.push('not one line could be read (--dataset auto tries all formats)');
  const { lateForDetection, evictions } = run.counts;
  if (lateForDetection > 0)
    said.push(
      `${lateForDetection} events came too far behind the others to be put in order and were not judged`,
    );
  if (run.tooLateLive > 0)
    said.push(
      `${run.tooLateLive} events are more than ${EVENT_TIME.maxOutOfOrdernessMs / 1_000} s behind others before them: judged here, where the ` +
        'pipeline would count them and show them to no rule',
    );
  if (evictions > 0) said.push(`${evictions} keys were forgotten because there were too many`);
  return said;
}
