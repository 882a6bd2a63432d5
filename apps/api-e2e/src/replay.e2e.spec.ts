import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger, Snapshot } from '@watchfloor/contracts';
import { ApiClient } from './api-process';
import { RunningSystem, watchfloor, workspaceRoot } from './running-system';

jest.setTimeout(180_000);

/** A recorded sshd log: `count` failed logins of one source among as many lines of others, a second apart. */
function recordedLog(count: number): string {
  const at = (second: number): string =>
    new Date(Date.UTC(2025, 11, 10, 6, 0, second)).toISOString().slice(11, 19);
  return Array.from({ length: count }, (_, i) => [
    `Dec 10 ${at(2 * i)} gate sshd[${100 + i}]: Failed password for root from 203.0.113.7 port ${40_000 + i} ssh2`,
    `Dec 10 ${at(2 * i + 1)} gate sshd[${900 + i}]: Connection closed by 198.51.100.${i % 200} [preauth]`,
  ])
    .flat()
    .join('\n')
    .concat('\n');
}

let system: RunningSystem;
let client: ApiClient;
let folder: string;

beforeEach(async () => {
  system = await RunningSystem.start(['--no-demo']);
  client = new ApiClient(system.url);
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-replay-'));
});
afterEach(async () => {
  await system.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function replay(file: string, ...options: string[]): Promise<Ledger> {
  const args = ['replay', file, '--dataset', 'openssh', '--speed', 'max', '--target', system.url, ...options];
  const { status, stderr } = spawnSync(process.execPath, [watchfloor, ...args], {
    cwd: workspaceRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`replay ended with ${status}: ${stderr}`);
  return client.untilDrained();
}

/** Failed passwords by source in the last 24 h. */
async function failedPasswords(): Promise<Record<string, number>> {
  const { aggregated } = await client.ledger();
  const { topSources }: Snapshot = await client.snapshotOf(aggregated, 'window=24h&action=failed-password');
  return Object.fromEntries(topSources.map(({ key, count }) => [key, count]));
}

describe('replay of a recorded log, shifted to now', () => {
  it('puts every line into the ledger and the failed logins of a source into the snapshot', async () => {
    const file = join(folder, 'auth.log');
    writeFileSync(file, recordedLog(700));
    const ledger = await replay(file, '--shift-to-now', '--year', '2025');
    expect(ledger).toMatchObject({ balanced: true, aggregated: 1_400, deadLettered: 0, inFlight: 0 });
    expect(await failedPasswords()).toEqual({ '203.0.113.7': 700 });
  });

  it('counts nothing twice when the same run is given again', async () => {
    const file = join(folder, 'auth.log');
    writeFileSync(file, recordedLog(700));
    await replay(file, '--shift-to-now', '--year', '2025', '--run', 'a');
    const ledger = await replay(file, '--shift-to-now', '--year', '2025', '--run', 'a');
    expect(ledger).toMatchObject({ balanced: true, aggregated: 1_400 });
    expect(ledger.edge).toMatchObject({ received: 2_800, accepted: 1_400, duplicates: 1_400 });
    expect(await failedPasswords()).toEqual({ '203.0.113.7': 700 });
  });

  it('gives the same for a copy with CRLF line ends', async () => {
    const file = join(folder, 'auth.log');
    writeFileSync(file, recordedLog(700).replaceAll('\n', '\r\n'));
    const ledger = await replay(file, '--shift-to-now', '--year', '2025');
    expect(ledger).toMatchObject({ balanced: true, aggregated: 1_400, deadLettered: 0 });
    expect(await failedPasswords()).toEqual({ '203.0.113.7': 700 });
  });
});

const cases = join(workspaceRoot, '..', 'shared', 'cases', 'loghub');

describe('replay of the public OpenSSH log', () => {
  it('counts the failed passwords of every source as the structured copy does', async () => {
    if (!existsSync(cases)) {
      process.stdout.write(
        'The public cases are not beside this checkout: the hand-written log above stands for them.\n',
      );
      return;
    }
    const rows = readFileSync(join(cases, 'OpenSSH.1-1000.structured.csv'), 'utf8').split(/\r?\n/).slice(1);
    const expected: Record<string, number> = {};
    for (const row of rows) {
      const ip = /Failed password for .* from (\S+) port \d+ ssh2/.exec(row)?.[1];
      if (ip) expected[ip] = (expected[ip] ?? 0) + 1;
    }
    const ledger = await replay(
      join(cases, 'OpenSSH.1-1000.log'),
      '--shift-to-now',
      '--year',
      '2025',
      '--run',
      'a',
    );
    expect(ledger).toMatchObject({ balanced: true, aggregated: 1_000, deadLettered: 0 });
    const strongest = Object.entries(expected)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, 20);
    expect(await failedPasswords()).toEqual(Object.fromEntries(strongest));
  });
});
