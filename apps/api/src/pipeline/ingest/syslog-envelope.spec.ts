import { readEnvelope } from './syslog-envelope';
import { aContext } from './testing';
import { TimestampReader } from './timestamps';

const read = (line: string) => readEnvelope(line, new TimestampReader(aContext()));

const JANUARY = '2026-01-05T10:00:00.000Z';

describe('syslog envelope', () => {
  it.each([
    ['RFC 3164', 'Jan  5 10:00:00 gate-1 sshd[42]: text'],
    ['RFC 3164 with PRI', '<38>Jan  5 10:00:00 gate-1 sshd[42]: text'],
    ['BSD with its numeric facility', 'Jan  5 10:00:00 <4.6> gate-1 sshd[42]: text'],
    ['BSD with its named facility', 'Jan  5 10:00:00 <auth.info> gate-1 sshd[42]: text'],
    ['Solaris with its message id', 'Jan  5 10:00:00 gate-1 sshd[42]: [ID 800047 auth.info] text'],
    ['ISO timestamps', '2026-01-05T10:00:00+00:00 gate-1 sshd[42]: text'],
    ['ISO timestamps with spaces', '2026-01-05 03:00:00.000000-0700  gate-1 sshd[42]: text'],
    ['RFC 5424', '<38>1 2026-01-05T10:00:00Z gate-1 sshd 42 - - text'],
    ['RFC 5424 without PRI', '1 2026-01-05T10:00:00Z gate-1 sshd 42 ID47 - text'],
    [
      'RFC 5424 with structured data',
      '<38>1 2026-01-05T10:00:00Z gate-1 sshd 42 - [a b="]\\" ["][c d="e"] text',
    ],
    ['RFC 5424 with a byte order mark', '<38>1 2026-01-05T10:00:00Z gate-1 sshd 42 - - \ufefftext'],
    ['the journal, short-full', 'Mon 2026-01-05 10:00:00 UTC gate-1 sshd[42]: text'],
    ['the journal, short-unix', '1767607200.000000 gate-1 sshd[42]: text'],
    ['a year before the clock', 'Jan  5 2026 10:00:00 gate-1 sshd[42]: text'],
    ['a kernel mark', 'Jan  5 10:00:00 gate-1 sshd[42]: kernel: [  970.699396] text'],
    ['a path as program', 'Jan  5 10:00:00 gate-1 /usr/sbin/sshd[42]: text'],
  ])('of %s gives time, host, program, process id and message', (_form, line) => {
    const envelope = read(line);
    expect(new Date(envelope.eventTime).toISOString()).toBe(JANUARY);
    expect(envelope).toMatchObject({
      hasTime: true,
      host: 'gate-1',
      program: 'sshd',
      pid: 42,
      message: 'text',
    });
    expect(line.slice(envelope.messageAt)).toBe('text');
  });

  it('of a line without a host has none', () => {
    expect(read('Jan  5 10:00:00 sshd[42]: text')).toMatchObject({
      host: undefined,
      program: 'sshd',
      message: 'text',
    });
  });

  it('of OpenWrt names the program without a host', () => {
    const envelope = read('Mon Jan  5 10:00:00 2026 auth.info dropbear[42]: text');
    expect(envelope).toMatchObject({ host: undefined, program: 'dropbear', pid: 42, message: 'text' });
  });

  it('of a line without a time is read in the time that is assumed', () => {
    expect(read('gate-1 sshd[42]: text')).toMatchObject({
      hasTime: false,
      host: 'gate-1',
      program: 'sshd',
      message: 'text',
    });
  });

  it('of old PAM lines parts the module from the program', () => {
    expect(read('Jan  5 10:00:00 gate-1 su(pam_unix)[42]: text')).toMatchObject({
      program: 'su',
      programModule: 'pam_unix',
      pid: 42,
    });
  });

  it('of an IPv6 host keeps the host whole', () => {
    expect(read('Jan  5 10:00:00 2001:db8::7 sshd[42]: text')).toMatchObject({
      host: '2001:db8::7',
      program: 'sshd',
    });
  });

  it('of a line without a tag is a message as a whole', () => {
    expect(read('Jan  5 10:00:00 last message repeated 3 times')).toMatchObject({
      host: undefined,
      program: undefined,
      message: 'last message repeated 3 times',
    });
  });

  it.each(['Feb 30 10:00:00 gate-1 sshd[42]: text', '2026-02-30T10:00:00Z gate-1 sshd[42]: text'])(
    'tells that %s has a time that does not exist',
    (line) => {
      expect(read(line).hasInvalidTime).toBe(true);
    },
  );
});
