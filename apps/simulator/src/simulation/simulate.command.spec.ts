import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogReceiver } from '../publication/testing';
import { ScenarioFiles } from './scenario-files.store';
import { SimulateCommand } from './simulate.command';
import type { SimulateOptions } from './simulation-request';

const START = '2026-03-02T09:00:00Z';
const OWN = `name: mine
title: Mine
summary: My own.
lesson: My own.
length: 10s
phases:
  - { name: scan, stage: reconnaissance, technique: T1046, actor: staff, does: vertical-scan, targets: [fw01], startsAt: 0s, lasts: 10s, rate: { shape: constant, perSecond: 5 } }
`;

describe('SimulateCommand', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const simulate = (names: string[], options: Partial<SimulateOptions>, target = 'http://127.0.0.1:9') => {
    const command = new SimulateCommand(
      { controlPort: 0, target, allowedHosts: [], stateDir: folder, demo: false, logLevel: 'silent' },
      new ScenarioFiles(),
    );
    return command.run(names, { seed: '1', speed: '1', ...options }, new AbortController().signal);
  };
  const written = async (options: Partial<SimulateOptions>, names = ['demo']): Promise<string> => {
    const out = join(folder, 'out.log');
    await simulate(names, { out, start: START, duration: '30s', ...options });
    return readFile(out, 'utf8');
  };

  it('writes the same bytes for the same arguments and others for another seed', async () => {
    const first = await written({});
    expect(await written({})).toBe(first);
    expect(await written({ seed: '2' })).not.toBe(first);
  });

  it('writes the lines of one dataset alone when asked to', async () => {
    const all = (await written({})).trimEnd().split('\n');
    const zeek = (await written({ dataset: 'zeek' })).trimEnd().split('\n');
    expect(zeek).toEqual(all.filter((line) => line.startsWith('{"_path"')));
  });

  it('writes labels that point at the lines of their attack', async () => {
    const labels = join(folder, 'labels.ndjson');
    const lines = (await written({ labels })).trimEnd().split('\n');
    const records = (await readFile(labels, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { from: number; to: number; source: string });
    expect(records.length).toBeGreaterThan(50);
    for (const { from, source } of records) expect(lines[from - 1]).toContain(source);
  });

  it('runs a scenario of the user from a file', async () => {
    const file = join(folder, 'mine.yaml');
    await writeFile(file, OWN);
    const text = await written({ duration: '10s' }, [file]);
    expect(text.trimEnd().split('\n').length).toBeGreaterThan(45);
    expect(text).toContain('fw01.example kernel:');
  });

  it('sends scenarios to the api and says what became of the lines', async () => {
    const receiver = await LogReceiver.start();
    const { figures, succeeded } = await simulate(
      ['port-scan-horizontal', 'ssh-brute-force'],
      { speed: 'max', rate: '100', duration: '60s', timeline: 'rehearsal' },
      receiver.url.href,
    );
    await receiver.stop();
    expect(succeeded).toBe(true);
    expect(figures).toMatchObject({ sent: receiver.lines.length, accepted: receiver.lines.length });
    expect(receiver.lines.length / 6_000).toBeCloseTo(1, 1);
    expect(receiver.requests.every(({ query }) => query['timeline'] === 'rehearsal')).toBe(true);
  });

  it.each([
    [['nothing'], {}, 'no such scenario'],
    [['demo'], { rate: 'fast' }, '--rate takes a number'],
    [['demo'], { duration: '10' }, '--duration takes a duration'],
    [['demo'], { seed: 'x' }, '--seed takes a number'],
    [['demo'], { start: 'now' }, '--start takes an ISO time'],
    [['demo'], { start: '2999-01-01T00:00:00Z' }, 'in the future'],
    [['demo'], { disorder: 'chaos=1' }, 'cannot read chaos=1'],
    [['demo'], { disorder: 'malformed=2' }, 'cannot read malformed=2'],
    [['demo'], { target: 'http://example.org' }, 'not on the allow list'],
  ])('refuses %j with %j', async (names, options, message) => {
    await expect(simulate(names, options)).rejects.toThrow(message);
  });

  it('reads every kind of disorder', async () => {
    const disorder = 'shuffled=2s,delayed=0.05:30s,duplicated=0.1,malformed=0.05,skew=3s';
    const [plain, disordered] = [await written({}), await written({ disorder })];
    expect(disordered.split('\n').length).toBeGreaterThan(plain.split('\n').length * 1.05);
  });
});
