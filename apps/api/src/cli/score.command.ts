import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { DetectedAlertSchema, type DetectedAlert } from '@watchfloor/contracts';
import { score, scoreTable, truthOfLabels, type Score } from '@watchfloor/scoring';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { loadRules } from './load-rules';
import { CommandError, type Terminal } from './terminal';

/** A line of a labels file: of an attack, or of a line that was damaged on purpose, which no alert can be about. */
const LabelSchema = Type.Union([
  Type.Object({
    from: Type.Integer(),
    to: Type.Integer(),
    attack: Type.String(),
    scenario: Type.String(),
    phase: Type.String(),
    technique: Type.String(),
    source: Type.Optional(Type.String()),
    target: Type.String(),
    reached: Type.Optional(Type.Array(Type.String())),
    firstSeen: Type.String(),
    lastSeen: Type.String(),
  }),
  Type.Object({ from: Type.Integer(), to: Type.Integer(), malformed: Type.Literal(true) }),
]);

interface ScoreOptions {
  readonly labels: string;
  readonly alerts: string;
  readonly rules?: string;
  readonly json?: boolean;
}

/** `score`: the alerts of `detect` against the labels of `simulate`. */
export function registerScore(program: Command, terminal: Terminal): void {
  program
    .command('score')
    .description('compare alerts with what was really done: precision, recall, time to detect')
    .requiredOption('--labels <file>', 'what `simulate --labels` wrote')
    .requiredOption('--alerts <file>', 'what `detect` printed')
    .option('--rules <directory>', 'the rules that were used, when not the built-in ones')
    .option('--json', 'print the figures as JSON')
    .action((options: ScoreOptions) => {
      const result = scoreOfFiles(options);
      terminal.print(options.json === true ? JSON.stringify(result) : scoreTable(result));
    });
}

/** @throws CommandError for a file that cannot be read, or a line that is no label or no alert. */
export function scoreOfFiles({ labels, alerts, rules }: ScoreOptions): Score {
  const records = recordsOf(labels, (value) => (Value.Check(LabelSchema, value) ? value : undefined));
  const raised = recordsOf<DetectedAlert>(alerts, (value) =>
    Value.Check(DetectedAlertSchema, value) ? value : undefined,
  );
  return score({
    truth: truthOfLabels(records.flatMap((record) => ('attack' in record ? [record] : []))),
    alerts: raised,
    rules: loadRules(rules).map(({ spec }) => spec),
  });
}

function recordsOf<T>(path: string, read: (value: unknown) => T | undefined): T[] {
  return textOf(path)
    .split('\n')
    .flatMap((line, index) => {
      if (line === '') return [];
      const record = read(parsed(line));
      if (record === undefined) throw new CommandError(`${path}, line ${index + 1}: cannot be used`);
      return [record];
    });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
