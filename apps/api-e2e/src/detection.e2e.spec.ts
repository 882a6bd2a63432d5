import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert, DetectedAlert } from '@watchfloor/contracts';
import { freePort } from '@watchfloor/redis';
import { ownRedis } from '@watchfloor/redis/testing';
import { ApiClient, ApiProcess } from './api-process';
import { until, watchfloor, workspaceRoot } from './running-system';

jest.setTimeout(600_000);

/** Events of the long test; fewer for a quick try. */
const EVENTS = Number(process.env['DETECTION_EVENTS'] ?? 300_000);
const ATTACKS = 200;
const LINES = 1_000;
const BEGIN = Date.UTC(2026, 0, 5, 8);

/** What the same events must give the same, however they came: ids differ, they are derived from the timeline. */
type Finding = readonly [rule: string, key: string, firstSeen: string, lastSeen: string, events: number];

const findingOf = ({ rule, key, firstSeen, lastSeen, events }: DetectedAlert): Finding => [
  rule,
  key,
  firstSeen,
  lastSeen,
  events,
];

const inOrder = (alerts: readonly DetectedAlert[]): string[] =>
  alerts.map((alert) => JSON.stringify(findingOf(alert))).sort();

/** What detection finds in a log without any pipeline: one process, in order. */
function offline(lines: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [watchfloor, 'detect', '--dataset', 'openssh', '--final'],
    { cwd: workspaceRoot, encoding: 'utf8', input: lines.join('\n'), maxBuffer: 256 * 1024 ** 2 },
  );
  if (status !== 0) throw new Error(`detect ended with ${status}: ${stderr}`);
  return inOrder(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DetectedAlert),
  );
}

/** One Redis, one edge and gateway, and workers that come and go. */
class Rig {
  readonly #processes: ApiProcess[] = [];

  private constructor(
    readonly client: ApiClient,
    private readonly env: Record<string, string>,
  ) {}

  static async start(): Promise<Rig> {
    const redis = await ownRedis({ maxmemoryBytes: 2 * 1024 ** 3 });
    const port = await freePort();
    const env = { REDIS_URL: redis.url, PORT: String(port) };
    const rig = new Rig(new ApiClient(`http://127.0.0.1:${port}`), env);
    rig.run('edge,gateway');
    await rig.client.untilReady();
    return rig;
  }

  run(roles: string): ApiProcess {
    const started = ApiProcess.start({ ...this.env, ROLES: roles });
    this.#processes.push(started);
    return started;
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.kill9()));
  }

  /** All alerts of a timeline. */
  async alerts(timeline: string): Promise<Alert[]> {
    const alerts: Alert[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `timeline=${timeline}&limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const response = await fetch(`${this.client.url}/api/v1/alerts?${query}`);
      const { items, next } = (await response.json()) as { items: Alert[]; next: string | null };
      alerts.push(...items);
      cursor = next;
    }
    return alerts;
  }

  async announce(timeline: string, state: 'open' | 'ended'): Promise<void> {
    const response = await fetch(`${this.client.url}/api/v1/timelines/${timeline}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state }),
    });
    if (response.status !== 204) throw new Error(await response.text());
  }

  /** Sends a request of a log until it is stored. */
  async send(timeline: string, first: number, lines: readonly string[]): Promise<void> {
    const dataset = `openssh?timeline=${timeline}`;
    await this.client.sendUntilStored(dataset, `${timeline}-${first}`, lines.join('\n'));
  }

  /** Resolves when the alerts of a timeline are these, or with what they are when they stay otherwise for a minute. */
  async settled(timeline: string, expected: readonly string[]): Promise<string[]> {
    let last: string[] = [];
    let movedAt = performance.now();
    await until(async () => {
      const found = inOrder(await this.alerts(timeline));
      if (JSON.stringify(found) !== JSON.stringify(last)) movedAt = performance.now();
      last = found;
      return JSON.stringify(found) === JSON.stringify(expected) || performance.now() - movedAt > 60_000;
    });
    return last;
  }
}

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.end());

/** One line of sshd, `ms` after the beginning of the log. */
function sshd(ms: number, text: string): string {
  return `${new Date(BEGIN + ms).toISOString()} gate sshd[4711]: ${text}`;
}

/**
 * A log of 100 lines a second: `attacks` sources that guess 12 passwords each, one a second, among sources that do nothing
 * but connect. No two lines have the same time.
 */
function logOf(events: number, attacks: number): string[] {
  const lines = Array.from({ length: events }, (_, i) =>
    sshd(i * 10, `Connection closed by 203.${i % 100}.${i % 250}.${i % 199} port 40000 [preauth]`),
  );
  const apart = Math.floor((events - 1_300) / attacks);
  for (let attack = 0; attack < attacks; attack++) {
    for (let guess = 0; guess < 12; guess++) {
      const at = attack * apart + guess * 100 + (attack % 7);
      const source = `198.51.${100 + Math.floor(attack / 100)}.${1 + (attack % 100)}`;
      lines[at] = sshd(at * 10, `Failed password for root from ${source} port ${50_000 + guess} ssh2`);
    }
  }
  return lines;
}

/** Numbers that look random and are the same in every run (xorshift32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe(`kill -9 of workers at random during ${EVENTS} events with ${ATTACKS} attacks`, () => {
  it('leaves every alert as one process finds it in the log, once', async () => {
    const lines = logOf(EVENTS, ATTACKS);
    const expected = offline(lines);
    const attacked = expected.filter((finding) => finding.includes('"ssh-brute-force"'));
    expect(attacked).toHaveLength(ATTACKS);

    const below = numbersFrom(20_260_105);
    const workers = [rig.run('worker'), rig.run('worker')];
    await rig.announce('attacks', 'open');
    const kills = 8;
    for (let first = 0; first < lines.length; first += LINES) {
      await rig.send('attacks', first, lines.slice(first, first + LINES));
      const due = Math.floor((first / lines.length) * (kills + 1)) > workers.length - 2;
      if (!due) continue;
      const living = workers.filter(({ process }) => process.signalCode === null);
      await living[below(living.length)]?.kill9();
      workers.push(rig.run('worker'));
    }
    await rig.announce('attacks', 'ended');
    expect(workers.length).toBe(kills + 2);

    expect(await rig.settled('attacks', expected)).toEqual(expected);
    const ledger = await rig.client.untilDrained();
    expect(ledger).toMatchObject({ balanced: true, aggregated: lines.length, deadLettered: 0 });
  });
});

describe('replay of one recorded log', () => {
  /**
   * Half a minute: three sources guess passwords, one of them gets in, among others that come and go. It takes six requests, each
   * of more seconds than events are waited for, so that one that overtakes another would be seen.
   */
  const lines = [
    ...Array.from({ length: 20 }, (_, i) =>
      ['198.51.100.1', '198.51.100.2', '198.51.100.3'].map((source, which) =>
        sshd(i * 900 + which * 7, `Failed password for invalid user user${i} from ${source} port 50022 ssh2`),
      ),
    ).flat(),
    sshd(18_500, 'Accepted password for root from 198.51.100.2 port 50022 ssh2'),
    ...Array.from({ length: 5_200 }, (_, i) =>
      sshd(i * 6 + 1, `Disconnected from user user${i % 50} 203.0.113.${i % 250} port 40000`),
    ),
  ].sort();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watchfloor-detection-'));
    writeFileSync(join(folder, 'auth.log'), `${lines.join('\n')}\n`);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function replay(run: string, speed: string): Promise<void> {
    const file = join(folder, 'auth.log');
    const args = ['replay', file, '--dataset', 'openssh', '--speed', speed, '--run', run];
    const child = spawn(process.execPath, [watchfloor, ...args, '--target', rig.client.url], {
      cwd: workspaceRoot,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`replay ended with ${status}: ${said}`);
  }

  it('raises the same alerts at its own pace, sixty times as fast and as fast as possible', async () => {
    const expected = offline(lines);
    expect(expected.length).toBeGreaterThan(5);
    rig.run('worker');
    await Promise.all([replay('own-pace', '1'), replay('faster', '60'), replay('fastest', 'max')]);
    for (const run of ['own-pace', 'faster', 'fastest'])
      expect(await rig.settled(`replay-${run}`, expected)).toEqual(expected);
    expect(await rig.client.untilDrained()).toMatchObject({ balanced: true, late: 0 });
  });

  it('raises the same alerts when the worker is away for 8 s in the middle of it', async () => {
    const expected = offline(lines);
    const worker = rig.run('worker');
    const replayed = replay('interrupted', '1');
    await until(async () => (await rig.client.ledger()).aggregated > 1_000);
    await worker.kill9();
    const awaySince = performance.now();
    await until(() => performance.now() - awaySince > 8_000);
    rig.run('worker');
    await replayed;
    expect(await rig.settled('replay-interrupted', expected)).toEqual(expected);
  });
});
