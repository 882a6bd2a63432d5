import { PassThrough, Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import { normaliseStream, registerNormalise, type NormaliseOptions } from './normalise.command';

const LINE = 'Jan  5 10:00:00 gate-1 sshd[42]: Invalid user a from 203.0.113.7 port 1';

interface Answer {
  readonly line: number;
  readonly event?: { readonly '@timestamp': string };
  readonly rejected?: { readonly reason: string };
  readonly explanation?: { readonly pattern: string };
}

async function normalise(
  input: string | Buffer,
  options: Partial<NormaliseOptions> = {},
): Promise<{ answers: Answer[]; errors: string }> {
  const output = new PassThrough({ highWaterMark: 1 });
  const errors = new PassThrough();
  const text = readAll(output);
  const streams = { input: Readable.from([Buffer.from(input)]), output, errors };
  await normaliseStream({ dataset: 'openssh', timezone: 'UTC', ...options }, streams);
  output.end();
  errors.end();
  const answers = (await text)
    .trimEnd()
    .split('\n')
    .map((line): Answer => JSON.parse(line));
  return { answers, errors: await readAll(errors) };
}

async function readAll(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe('normalise', () => {
  it('prints one object per line, in order, whatever the lines are', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${LINE}\n\nnothing\n`),
      Buffer.from([0xff, 10]),
      Buffer.from(LINE),
    ]);
    const { answers } = await normalise(bytes, { year: 2026 });
    expect(answers.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(answers.map(({ rejected }) => rejected?.reason)).toEqual([
      undefined,
      'not_an_event',
      'unrecognised',
      'invalid_encoding',
      undefined,
    ]);
  });

  it('takes the year and the zone of times that name none', async () => {
    const { answers, errors } = await normalise(LINE, { year: 2024, timezone: 'Europe/Zurich' });
    expect(answers[0]?.event?.['@timestamp']).toBe('2024-01-05T09:00:00.000Z');
    expect(errors).toBe('');
  });

  it('counts years from 1970 without one, and says so once', async () => {
    const { answers, errors } = await normalise(`${LINE.replace('Jan', 'Dec')}\n${LINE}\n${LINE}\n`);
    expect(answers.map(({ event }) => event?.['@timestamp'].slice(0, 10))).toEqual([
      '1970-12-05',
      '1971-01-05',
      '1971-01-05',
    ]);
    expect(errors.match(/1970/g)).toHaveLength(1);
  });

  it('explains each line when asked to', async () => {
    const { answers } = await normalise(LINE, { explain: true, dataset: 'auto' });
    expect(answers[0]?.explanation).toMatchObject({ dataset: 'openssh', pattern: 'invalid user' });
  });

  it('explains a line by what the lines before it tell', async () => {
    const header = '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n';
    const flow = '1767607200.0\tC1\t203.0.113.7\t1\t192.0.2.1\t80\ttcp\tREJ\n';
    const { answers } = await normalise(`#path\tconn\n${header}${flow}`, { explain: true, dataset: 'zeek' });
    expect(answers[2]?.explanation).toMatchObject({ dataset: 'zeek', pattern: expect.stringMatching(/./) });
  });

  it('ends without an error when the reader of its output goes away', async () => {
    let asked = 0;
    const input = Readable.from(
      (function* () {
        for (; asked < 1000; asked++) yield Buffer.from(`${LINE}\n`);
      })(),
    );
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    await normaliseStream(
      { dataset: 'openssh', timezone: 'UTC' },
      { input, output, errors: new PassThrough() },
    );
    expect(asked).toBeLessThan(1000);
  });

  it.each([
    [['--dataset', 'syslog']],
    [['--dataset', 'openssh', '--year', 'MMXXVI']],
    [['--dataset', 'openssh', '--year', '1969']],
    [['--dataset', 'openssh', '--timezone', 'Mars/Olympus']],
    [[]],
  ])('refuses the arguments %j', async (args) => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    registerNormalise(program);
    for (const command of program.commands) command.exitOverride();
    await expect(program.parseAsync(['normalise', ...args], { from: 'user' })).rejects.toThrow(
      /dataset|year|timezone/,
    );
  });
});
