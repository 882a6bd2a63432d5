import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { DetectedAlert } from '@watchfloor/contracts';
import { aRule } from '../pipeline/detection/testing';
import { detectStream, type DetectOptions } from './detect.command';
import { CommandError } from './terminal';

const failure = (second: number, ip = '203.0.113.7'): string =>
  `Jan  5 10:00:${String(second).padStart(2, '0')} gate-1 sshd[42]: Failed password for root from ${ip} port 1 ssh2`;
const attack = Array.from({ length: 8 }, (_none, second) => failure(second));

async function run(
  input: string,
  options: Partial<DetectOptions> = {},
): Promise<{ output: string; errors: string }> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const texts = [textOf(output), textOf(errors)];
  await detectStream(
    { dataset: 'openssh', timezone: 'UTC', year: 2026, ...options },
    { input: Readable.from([Buffer.from(input)]), output, errors },
  );
  output.end();
  errors.end();
  const [printed = '', said = ''] = await Promise.all(texts);
  return { output: printed, errors: said };
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function alertsOf(input: string, options: Partial<DetectOptions> = {}): Promise<DetectedAlert[]> {
  const { output } = await run(input, options);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): DetectedAlert => JSON.parse(line));
}

describe('detect', () => {
  it('prints an alert as it ended when asked for the end', async () => {
    const raised = (await alertsOf(attack.join('\n')))[0];
    const ended = await alertsOf(attack.join('\n'), { final: true });
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({
      id: raised?.id,
      detectedAt: raised?.detectedAt,
      firstSeen: raised?.firstSeen,
    });
    expect(ended[0]?.events).toBe(attack.length);
  });

  it('judges what a pipeline would show to no rule, and says how much of that there is', async () => {
    const late = [failure(30, '203.0.113.8'), failure(25, '203.0.113.8'), ...attack].join('\n');
    expect((await alertsOf(late)).map(({ source }) => source)).toEqual([['203.0.113.7']]);
    expect((await run(late)).errors).toContain('8 events are more than 5 s behind others before them');
    expect((await run(attack.join('\n'))).errors).not.toContain('behind others');
  });

  it('prints one alert for an attack, as documented', async () => {
    expect(await alertsOf(attack.join('\n'))).toEqual([
      {
        id: expect.stringMatching(/^ssh-brute-force-[0-9a-f]{16}$/),
        rule: 'ssh-brute-force',
        aliases: ['crowdsecurity/ssh-bf'],
        technique: ['T1110.001'],
        tactic: ['TA0006'],
        severity: 'high',
        key: '203.0.113.7',
        source: ['203.0.113.7'],
        target: ['gate-1'],
        firstSeen: '2026-01-05T10:00:00.000Z',
        lastSeen: '2026-01-05T10:00:05.000Z',
        detectedAt: '2026-01-05T10:00:05.000Z',
        events: 6,
        reason: '6 failed logins from one source within 5 s (limit 5)',
        sample: ['line-1', 'line-2', 'line-3', 'line-4', 'line-5'],
      },
    ]);
  });

  it('gives the same alerts for the same lines in any order', async () => {
    const lines = [...attack, ...attack.map((_line, second) => failure(second, '203.0.113.8'))];
    const { output } = await run(lines.join('\n'));
    const reversed = await alertsOf([...lines].reverse().join('\n'));
    expect(reversed.map(({ id }) => id).sort()).toEqual(
      output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id)
        .sort(),
    );
  });

  it('prints alerts in event time, whatever the order of the lines', async () => {
    const later = attack.map((line) => line.replace('10:00', '11:00').replace('203.0.113.7', '203.0.113.8'));
    const alerts = await alertsOf([...later, ...attack].join('\n'));
    expect(alerts.map(({ source }) => source[0])).toEqual(['203.0.113.7', '203.0.113.8']);
  });

  it('says when no line could be read', async () => {
    expect((await run('nothing\n')).errors).toContain('not one line could be read');
  });

  it('explains why a rule fired', async () => {
    const { output } = await run(attack.join('\n'), { explain: 'ssh-brute-force' });
    expect(output).toContain('ssh-brute-force fired once.');
    expect(output).toContain('2 times it belonged to an alert that was open already.');
  });

  it('explains why a rule did not fire, under its public name too', async () => {
    const { output } = await run(attack.join('\n'), { explain: 'crowdsecurity/ssh-slow-bf' });
    expect(output).toContain('203.0.113.7 came nearest: 7.9 events in the bucket, more than 10 asked.');
    const other = await run(attack.join('\n'), { explain: 'http-probing' });
    expect(other.output).toContain('no event met its conditions, most failed at event.category: "web".');
  });

  it('names the rules there are when asked for another', async () => {
    await expect(run('', { explain: 'nothing' })).rejects.toThrow('no rule nothing; there are');
  });

  it('says in one line that a directory of rules is not there', async () => {
    const refused = run('', { rules: '/nowhere/rules' }).catch((error: unknown) => error);
    expect(await refused).toBeInstanceOf(CommandError);
    expect(String(await refused)).toMatch(/^CommandError: \/nowhere\/rules: cannot be read: ENOENT.*$/);
  });

  describe('with a rule about what the pipeline adds', () => {
    const directory = mkdtempSync(join(tmpdir(), 'rules-'));
    afterAll(() => rmSync(directory, { recursive: true }));
    const inbound = attack.join('\n').replaceAll('203.0.113.7', '8.8.8.8');
    const runWith = async (where: Readonly<Record<string, unknown>>) => {
      const { spec } = aRule({ kind: 'trigger', where: { 'event.category': 'authentication', ...where } });
      writeFileSync(join(directory, 'mine.yaml'), JSON.stringify({ rules: [spec] }));
      return run(inbound, { rules: directory });
    };

    it('raises what depends on the direction of an event', async () => {
      const { output, errors } = await runWith({ 'network.direction': 'inbound' });
      expect(output).toContain('"rule":"a-rule"');
      expect(errors).toBe('');
    });

    it('says which rule asks for a place or network, which are not looked up', async () => {
      const { output, errors } = await runWith({ 'source.geo.country_iso_code': 'US' });
      expect(output).toBe('');
      expect(errors).toContain('a-rule asks for source.geo.country_iso_code, which the pipeline adds');
    });
  });

  it('refuses a directory of rules with mistakes and says where they are', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rules-'));
    writeFileSync(join(directory, 'mine.yaml'), 'rules:\n  - kind: bucket\n    id: x\n');
    await expect(run('', { rules: directory })).rejects.toThrow(/mine\.yaml:\d+: /);
    rmSync(directory, { recursive: true });
  });
});

const cases = resolve(__dirname, '../../../../../shared/cases');

(existsSync(cases) ? describe : sayMissing)('detect on the public cases', () => {
  it.each([
    ['ssh-bf', 'ssh-bf.log', 'openssh', ['crowdsecurity/ssh-bf', 'crowdsecurity/ssh-bf_user-enum']],
    [
      'ssh-time-based-bf',
      'ssh-time-based-bf.log',
      'openssh',
      ['crowdsecurity/ssh-time-based-bf', 'crowdsecurity/ssh-time-based-bf_user-enum'],
    ],
    [
      'sshd-bad-keyexchange-bf',
      'sshd-bad-keyexchange-bf.log',
      'openssh',
      Array(3).fill('lepresidente/ssh-bad-keyexchange-bf'),
    ],
    [
      'nginx-http-xss-probing',
      'nginx-http-xss-probing.log',
      'nginx.access',
      ['crowdsecurity/http-xss-probbing'],
    ],
  ] as const)('raises what %s expects', async (folder, file, dataset, aliases) => {
    const alerts = await alertsOf(readFileSync(join(cases, 'crowdsec', folder, file), 'utf8'), {
      dataset,
      year: 2024,
    });
    expect(alerts.flatMap((alert) => alert.aliases).sort()).toEqual([...aliases].sort());
  });

  it('finds the labelled port scan, and none in ordinary traffic', async () => {
    const log = (folder: string) => readFileSync(join(cases, 'slips', folder, 'conn.log'), 'utf8');
    const scan = await alertsOf(log('port-scans__vertical'), { dataset: 'zeek' });
    expect(scan.map(({ rule, source }) => [rule, source])).toEqual([['port-scan-vertical', ['192.168.1.9']]]);
    expect(await alertsOf(log('test14-malicious-zeek-dir'), { dataset: 'zeek' })).toEqual([]);
  });
});

function sayMissing(name: string): void {
  test(
    name,
    () => void process.stderr.write('../shared/cases is not there: the public cases were not read\n'),
  );
}
