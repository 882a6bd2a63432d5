import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchfloor, workspaceRoot } from './running-system';

jest.setTimeout(180_000);

const SCENARIOS = ['demo', 'campaign'];
/** All that the simulator writes. */
const DATASETS = ['openssh', 'linux.auth', 'nginx.access', 'suricata.eve', 'zeek', 'iptables', 'cowrie'];
const OUTPUT_LIMIT = 512 * 1024 * 1024;

interface Normalised {
  readonly line: number;
  readonly event?: { readonly '@timestamp': string };
  readonly rejected?: { readonly reason: string };
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-simulated-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [watchfloor, ...args], {
    cwd: workspaceRoot,
    input,
    encoding: 'utf8',
    maxBuffer: OUTPUT_LIMIT,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

const ndjson = <T>(text: string): T[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/** Ten minutes of everyday traffic and attacks: the lines of one dataset, read as they would be in the pipeline. */
function normalised(dataset: string, ...options: string[]): Normalised[] {
  const args = ['--start', '2026-03-02T09:00:00Z', '--duration', '10m', '--rate', '60', '--dataset', dataset];
  const lines = run(['simulate', ...SCENARIOS, '--out', '-', ...args, ...options]);
  return ndjson<Normalised>(run(['normalise', '--dataset', dataset, '--year', '2026'], lines));
}

describe('simulated lines', () => {
  it.each(DATASETS)('are all read as events of their time: %s', (dataset) => {
    const read = normalised(dataset);
    expect(read.length).toBeGreaterThan(50);
    expect(read.filter(({ rejected }) => rejected !== undefined)).toEqual([]);
    const outside = read.filter(({ event }) => {
      const time = event?.['@timestamp'] ?? '';
      return time < '2026-03-02T09:00:00.000Z' || time > '2026-03-02T09:10:00.000Z';
    });
    expect(outside).toEqual([]);
  });

  it.each(DATASETS)('are rejected where they were torn on purpose, and only there: %s', (dataset) => {
    const labels = join(folder, 'labels.ndjson');
    const read = normalised(dataset, '--disorder', 'malformed=0.2', '--labels', labels);
    const torn = ndjson<{ from: number; malformed?: true }>(readFileSync(labels, 'utf8')).filter(
      ({ malformed }) => malformed,
    );
    expect(torn.length).toBeGreaterThan(5);
    expect(read.filter(({ rejected }) => rejected !== undefined).map(({ line }) => line)).toEqual(
      torn.map(({ from }) => from),
    );
  });
});
