import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { InvalidArgumentError, type Command } from 'commander';
import { DATASETS, isRequestedDataset, type RequestedDataset } from '@watchfloor/contracts';
import { explainOutcome } from '../pipeline/ingest/explain';
import type { LineReader, ReadOutcome } from '../pipeline/ingest/format';
import { createLineReader, LONGEST_LINE } from '../pipeline/ingest/normalise';
import { reject } from '../pipeline/ingest/rejection';
import { isTimeZone } from '../pipeline/ingest/time-zone';
import { LineSplitter, type SplitLine } from './line-splitter';

/** What `normalise` was asked for. */
export interface NormaliseOptions {
  readonly dataset: RequestedDataset;
  readonly timezone: string;
  readonly year?: number;
  readonly explain?: boolean;
}

/** The streams of a run. Progress is shown on `errors` when that is a terminal and `output` is not. */
export interface NormaliseStreams {
  readonly input: Readable;
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable & { readonly isTTY?: boolean };
}

const UNREADABLE = {
  invalid_encoding: reject('invalid_encoding', 'not UTF-8'),
  line_too_long: reject('line_too_long', `longer than ${LONGEST_LINE} bytes`),
} as const;
const YEARS_INFERRED =
  'watchfloor: the lines name no year: counted from 1970 on, one more at each step from December to January (--year sets it)\n';
const LINES_PER_PROGRESS = 50_000;

/** `normalise`: log lines on standard input to NDJSON on standard output, one object per line, in order. */
export function registerNormalise(program: Command): void {
  program
    .command('normalise')
    .description('read log lines on standard input, print one normalised event (or why not) per line')
    .requiredOption(
      '--dataset <name>',
      `what the lines are: ${DATASETS.join(', ')}, or auto`,
      datasetArgument,
    )
    .option('--year <year>', 'the year of dates that name none', yearArgument)
    .option('--timezone <zone>', 'IANA zone or offset of times that name none', timezoneArgument, 'UTC')
    .option('--explain', 'add how each line is read: pattern, and which field came from where')
    .action((options: NormaliseOptions) =>
      normaliseStream(options, { input: process.stdin, output: process.stdout, errors: process.stderr }),
    );
}

/**
 * Reads `input` to its end and writes one JSON object per line to `output`, holding no more than one chunk and one line
 * at a time. Resolves early, without an error, when the reader of `output` goes away.
 */
export async function normaliseStream(options: NormaliseOptions, streams: NormaliseStreams): Promise<void> {
  const { input, output, errors } = streams;
  const run = new NormaliseRun(options);
  const closed = new AbortController();
  output.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed.abort();
  });
  const showsProgress = errors.isTTY === true && output.isTTY !== true;
  try {
    for await (const chunk of input) {
      await write(output, run.chunk(chunk), closed.signal);
      if (closed.signal.aborted) return;
      if (run.takesWarning()) errors.write(YEARS_INFERRED);
      if (showsProgress && run.takesProgress()) errors.write(`\r${run.lines.toLocaleString('en')} lines`);
    }
    await write(output, run.end(), closed.signal);
    if (run.takesWarning()) errors.write(YEARS_INFERRED);
    if (showsProgress) errors.write(`\r${run.lines.toLocaleString('en')} lines\n`);
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  } finally {
    if (closed.signal.aborted) input.destroy();
  }
}

async function write(output: Writable, text: string, closed: AbortSignal): Promise<void> {
  if (text !== '' && !output.write(text) && !closed.aborted) await once(output, 'drain', { signal: closed });
}

/** The state of one run: the reader, the line number, what was said already. */
class NormaliseRun {
  lines = 0;
  private readonly reader: LineReader;
  private readonly splitter = new LineSplitter(LONGEST_LINE);
  private hasWarned = false;
  private shownAt = 0;
  private text = '';

  constructor(private readonly options: NormaliseOptions) {
    this.reader = createLineReader(options.dataset, { timezone: options.timezone, year: options.year });
  }

  /** The output of the lines that end within a chunk. */
  chunk(chunk: Buffer): string {
    this.text = '';
    this.splitter.push(chunk, this.take);
    return this.text;
  }

  /** The output of a last line without a line end. */
  end(): string {
    this.text = '';
    this.splitter.finish(this.take);
    return this.text;
  }

  /** True once, when a year was inferred for the first time. */
  takesWarning(): boolean {
    if (this.hasWarned || this.reader.yearsInferred !== true) return false;
    this.hasWarned = true;
    return true;
  }

  takesProgress(): boolean {
    if (this.lines - this.shownAt < LINES_PER_PROGRESS) return false;
    this.shownAt = this.lines;
    return true;
  }

  private readonly take = (line: SplitLine): void => {
    this.lines++;
    const outcome = 'text' in line ? this.reader.read(line.text) : UNREADABLE[line.unreadable];
    this.text += `{"line":${this.lines},${outcomeText(outcome)}${this.explanation(line, outcome)}}\n`;
  };

  private explanation(line: SplitLine, outcome: ReadOutcome): string {
    if (this.options.explain !== true || !('text' in line)) return '';
    const by = { dataset: this.options.dataset, reader: this.reader };
    const { dataset, pattern, fields } = explainOutcome(by, line.text, outcome);
    return `,"explanation":${JSON.stringify({ dataset, pattern, fields })}`;
  }
}

function outcomeText(outcome: ReadOutcome): string {
  return 'event' in outcome
    ? `"event":${JSON.stringify(outcome.event)}`
    : `"rejected":${JSON.stringify(outcome.rejected)}`;
}

export function datasetArgument(value: string): RequestedDataset {
  if (isRequestedDataset(value)) return value;
  throw new InvalidArgumentError(`It is one of ${DATASETS.join(', ')}, auto.`);
}

export function yearArgument(value: string): number {
  const year = Number(value);
  if (/^\d{4}$/.test(value) && year >= 1970) return year;
  throw new InvalidArgumentError('It is a year from 1970 to 9999.');
}

export function timezoneArgument(value: string): string {
  if (isTimeZone(value)) return value;
  throw new InvalidArgumentError('It is an IANA zone such as Europe/Zurich, or an offset such as +02:00.');
}
