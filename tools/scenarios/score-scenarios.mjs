/**
 * The score of every attack scenario of the library over the benign background, several seeds each, without a running system:
 * simulate, detect, score. `npm run score:scenarios -- [--seeds N] [--json] [--verbose] [SCENARIO...]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const START = '2026-03-02T09:00:00Z';
const BACKGROUND = 'benign-background';
/** These bring the background along, or are the whole story themselves. */
const ALONE = ['demo', BACKGROUND];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    tool: { type: 'string', default: join(root, 'bin', 'watchfloor') },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'watchfloor-score-'));
try {
  const names = positionals.length > 0 ? positionals : scenarioNames();
  const seeds = Array.from({ length: Number(options.seeds) }, (_, index) => index + 1);
  const rows = names.map((name) =>
    rowOf(
      name,
      seeds.map((seed) => scoreOf(name, seed)),
    ),
  );
  const all = rowOf(
    'all',
    rows.flatMap(({ scores }) => scores),
  );
  if (options.json) console.log(JSON.stringify([...rows, all].map((row) => ({ ...row, scores: undefined }))));
  else print([...rows, all]);
  if (options.verbose) rows.forEach(tell);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function scenarioNames() {
  const list = JSON.parse(run(['scenarios', '--json']));
  return list.map(({ name }) => name);
}

/** One run of a scenario over the background, judged. */
function scoreOf(name, seed) {
  const [log, labels, alerts] = ['log', 'labels', 'alerts'].map((file) => join(folder, file));
  const scenarios = ALONE.includes(name) ? [name] : [name, BACKGROUND];
  run(['simulate', ...scenarios, '--seed', String(seed), '--start', START, '--out', log, '--labels', labels]);
  run(['detect', '--dataset', 'auto', '--year', START.slice(0, 4), '--final'], {
    input: log,
    output: alerts,
  });
  return { seed, ...JSON.parse(run(['score', '--labels', labels, '--alerts', alerts, '--json'])) };
}

/** Runs the command line tool; what it prints, unless that goes into a file. */
function run(args, { input, output } = {}) {
  const files = [input && openSync(input, 'r'), output && openSync(output, 'w')];
  const { status, stdout, stderr } = spawnSync(process.execPath, [options.tool, ...args], {
    stdio: [files[0] ?? 'ignore', files[1] ?? 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of files) if (file !== undefined) closeSync(file);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The figures of several runs: what was counted is added up, then divided. */
function rowOf(name, scores) {
  const sum = (member) => scores.reduce((total, score) => total + score[member], 0);
  const [detected, missed, fitting, wrong] = ['detected', 'missed', 'fitting', 'false'].map(sum);
  const precision = share(fitting, fitting + wrong);
  const recall = share(detected, detected + missed);
  const f1 =
    precision === null || recall === null ? null : (2 * precision * recall) / (precision + recall || 1);
  const delays = scores.flatMap(({ phases }) => phases.flatMap((phase) => phase.timeToDetectSeconds ?? []));
  const uncovered = new Set(
    scores.flatMap(({ phases }) =>
      phases.filter(({ covered }) => !covered).map(({ technique }) => technique),
    ),
  );
  return {
    scenario: name,
    runs: scores.length,
    attacks: sum('attacks'),
    detected,
    missed,
    fitting,
    other: sum('other'),
    false: wrong,
    recall,
    precision,
    f1,
    timeToDetectSeconds: delays.sort((a, b) => a - b)[Math.floor((delays.length - 1) / 2)] ?? null,
    uncovered: [...uncovered].sort(),
    scores,
  };
}

function share(part, whole) {
  return whole === 0 ? null : part / whole;
}

function print(rows) {
  const text = (value) => (value === null ? '-' : value.toFixed(3));
  const cells = rows.map((row) => [
    row.scenario,
    ...['attacks', 'detected', 'missed', 'fitting', 'other', 'false'].map((member) => String(row[member])),
    ...[row.recall, row.precision, row.f1].map(text),
    row.timeToDetectSeconds === null ? '-' : `${row.timeToDetectSeconds.toFixed(1)} s`,
    row.uncovered.join(' '),
  ]);
  const headings =
    'scenario attacks detected missed fitting other false recall precision F1 after no-rule-for'.split(' ');
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...cells.map((row) => row[at].length)),
  );
  for (const row of [headings, ...cells])
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    );
}

/** What was missed, and what was false, one line each. */
function tell({ scenario, scores }) {
  for (const { seed, phases, falseAlerts } of scores) {
    for (const { attack, phase, technique, covered, detected } of phases)
      if (covered && !detected)
        console.log(`${scenario}, seed ${seed}: missed ${attack} ${phase} ${technique}`);
    for (const { rule, key, reason } of falseAlerts)
      console.log(`${scenario}, seed ${seed}: false ${rule} for ${key}: ${reason}`);
  }
}
