import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config';
import { LogReceiver, type Script } from '../publication/testing';
import { ReplayCommand } from './replay.command';
import type { ReplayOptions } from './replay-request';
import { ReplayRuns } from './replay-runs.store';

const sshd = (second: number, text = 'x'): string =>
  `Nov  2 08:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} h sshd[1]: ${text}`;

describe('ReplayCommand', () => {
  let folder: string;
  let receiver: LogReceiver;

  const start = async (script?: Script): Promise<void> => {
    folder = await mkdtemp(join(tmpdir(), 'replay-'));
    receiver = await LogReceiver.start(script);
  };

  afterEach(async () => {
    await receiver.stop();
    await rm(folder, { recursive: true });
  });

  const replay = async (text: string, options: Partial<ReplayOptions> = {}) => {
    const file = join(folder, 'a.log');
    await writeFile(file, text, 'latin1');
    const config: Config = {
      controlPort: 0,
      target: receiver.url.href,
      allowedHosts: [],
      stateDir: folder,
      demo: false,
      logLevel: 'silent',
    };
    const command = new ReplayCommand(config, new ReplayRuns(config));
    const given = { dataset: 'openssh', speed: 'max', run: 'a', ...options };
    return command.run(file, given, new AbortController().signal);
  };

  const numbered = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => sshd(at % 3600, `${at}`));

  it('sends batches of 1 000 lines in order, keyed by the run and their first line', async () => {
    await start();
    const lines = numbered(2_500);
    const { figures } = await replay(lines.join('\n'));
    expect(receiver.requests.map(({ key, lines: { length } }) => [key, length])).toEqual([
      ['a-1', 1000],
      ['a-1001', 1000],
      ['a-2001', 500],
    ]);
    expect(receiver.lines).toEqual(lines);
    expect(figures).toMatchObject({ lines: 2500, sent: 2500, accepted: 2500 });
  });

  it('says that its timeline is open before the first line and ended behind the last', async () => {
    await start(() => {
      expect(receiver.announced).toEqual(['/api/v1/timelines/replay-a open']);
      return undefined;
    });
    await replay(numbered(10).join('\n'));
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.announced.at(-1)).toBe('/api/v1/timelines/replay-a ended');
  });

  it('says nothing of the live timeline', async () => {
    await start();
    await replay(numbered(10).join('\n'), { shiftToNow: true });
    expect(receiver.announced).toEqual([]);
  });

  it('sends the same batches under the same keys when it is resumed, and counts nothing twice', async () => {
    await start();
    const text = numbered(1_500).join('\n');
    await replay(text);
    const { figures, succeeded } = await replay(text);
    expect(receiver.requests.map(({ key }) => key)).toEqual(['a-1', 'a-1001', 'a-1', 'a-1001']);
    expect(receiver.lines).toHaveLength(1500);
    expect(figures).toMatchObject({ accepted: 0, duplicates: 1500 });
    expect(succeeded).toBe(true);
  });

  it('sends the same bytes under the same keys when a shifted replay is resumed later', async () => {
    await start();
    const text = numbered(1_200).join('\n');
    await replay(text, { shiftToNow: true });
    const startedIn = Math.floor(Date.now() / 1000);
    while (Math.floor(Date.now() / 1000) === startedIn) await new Promise(setImmediate);
    await replay(text, { shiftToNow: true });
    const [first, second, ...again] = receiver.requests;
    expect(again.map(({ lines }) => lines)).toEqual([first?.lines, second?.lines]);
  });

  it('refuses to resume a shifted run with other options', async () => {
    await start();
    await replay(sshd(1), { shiftToNow: true });
    await expect(replay(sshd(1), { shiftToNow: true, year: '2020' })).rejects.toThrow('other options');
  });

  it('sends to a timeline of its own unless it is shifted to now', async () => {
    await start();
    await replay(sshd(1), { timezone: 'Europe/Zurich', year: '2025' });
    await replay(sshd(1), { run: 'b', shiftToNow: true, timezone: 'Europe/Zurich', year: '2025' });
    expect(receiver.requests.map(({ query }) => query)).toEqual([
      { timeline: 'replay-a', timezone: 'Europe/Zurich', year: '2025' },
      {},
    ]);
  });

  it('says the year of the first line of each batch when the log runs over New Year', async () => {
    await start();
    const lines = [...Array.from({ length: 1000 }, () => 'Dec 31 23:59:59 h x'), 'Jan  1 00:00:01 h x'];
    await replay(lines.join('\n'), { year: '2024' });
    expect(receiver.requests.map(({ query }) => query['year'])).toEqual(['2024', '2025']);
  });

  it('makes the last line happen now at full speed', async () => {
    await start();
    const before = Math.floor(Date.now() / 1000);
    await replay([sshd(0), sshd(90), 'no time'].join('\n'), { shiftToNow: true });
    const year = new Date().getUTCFullYear();
    const times = receiver.lines
      .slice(0, 2)
      .map((line) => Date.parse(`${year} ${line.slice(0, 15)}Z`) / 1000);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(90);
    expect(times[1]).toBeGreaterThanOrEqual(before - 1);
    expect(times[1]).toBeLessThanOrEqual(Date.now() / 1000);
    expect(receiver.lines[2]).toBe('no time');
  });

  it('keeps the pace of the log, faster by the factor', async () => {
    await start();
    await replay([sshd(0), sshd(20), sshd(20), sshd(40)].join('\n'), { speed: '100' });
    expect(receiver.requests.map(({ lines: { length } }) => length)).toEqual([3, 1]);
    const [first, second] = receiver.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(190);
  });

  it('gives the same lines for a copy with CRLF line ends', async () => {
    await start();
    const lines = numbered(1_100);
    await replay(`${lines.join('\r\n')}\r\n`);
    expect(receiver.lines).toEqual(lines);
    expect(receiver.requests.map(({ key }) => key)).toEqual(['a-1', 'a-1001']);
  });

  it('repeats the header of a tab-separated Zeek log in every request', async () => {
    await start();
    const header = ['#separator \\x09', '#path\tconn', '#fields\tts\tuid', '#types\ttime\tstring'];
    const rows = Array.from({ length: 1500 }, (_, at) => `${1_700_000_000 + at}.000000\tC${at}`);
    await replay([...header, ...rows].join('\n'), { dataset: 'zeek' });
    expect(receiver.requests.map(({ lines }) => lines.slice(0, 4))).toEqual([header, header]);
    expect(receiver.lines.filter((line) => !line.startsWith('#'))).toEqual(rows);
  });

  it('sends a batch again under its key when the connection is cut, before the next one', async () => {
    await start((index) => (index === 1 ? { kind: 'cut', store: true } : undefined));
    await replay(numbered(2_500).join('\n'));
    expect(receiver.requests.map(({ key }) => key)).toEqual(['a-1', 'a-1001', 'a-1001', 'a-2001']);
  });

  it('stops at the first batch that is refused for good', async () => {
    await start((index) => (index === 1 ? { kind: 'answer', status: 422 } : undefined));
    await expect(replay(numbered(2_500).join('\n'))).rejects.toThrow('lines from 1001 on were refused');
    expect(receiver.requests).toHaveLength(2);
  });

  it('keeps bytes that are no UTF-8 as they are', async () => {
    await start();
    await replay(sshd(1, 'caf\xc3\xa9'));
    expect(receiver.lines[0]).toContain('café');
  });

  it.each([
    [{ dataset: 'nothing' }, 'there is no dataset nothing'],
    [{ speed: 'fast' }, '--speed takes a number'],
    [{ run: '../x' }, '--run takes letters'],
    [{ target: 'http://example.org' }, 'not on the allow list'],
  ])('refuses %j', async (options, message) => {
    await start();
    await expect(replay(sshd(1), options)).rejects.toThrow(message);
  });
});
