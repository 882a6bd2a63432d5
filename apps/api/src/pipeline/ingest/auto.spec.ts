import type { Dataset } from '@watchfloor/contracts';
import { AutoReader } from './auto';
import { aContext, readLine } from './testing';

const LINES: readonly (readonly [Dataset, string])[] = [
  ['openssh', 'Jan  5 10:00:00 gate-1 sshd[42]: Invalid user a from 203.0.113.7 port 1'],
  ['openssh', '2026-01-05T10:00:00Z gate-1 sshd-session[42]: Connection closed by 203.0.113.7 port 1'],
  ['openssh', '<38>1 2026-01-05T10:00:00Z gate-1 sshd 42 - - Invalid user a from 203.0.113.7 port 1'],
  ['openssh', 'gate-1 sshd[42]: Invalid user a from 203.0.113.7 port 1'],
  ['linux.auth', 'Jan  5 10:00:00 gate-1 sudo:   deploy : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls'],
  ['linux.auth', 'Jan  5 10:00:00 gate-1 su(pam_unix)[42]: session opened for user root by (uid=0)'],
  ['linux.auth', 'Jan  5 10:00:00 gate-1 vsftpd: pam_unix(vsftpd:auth): check pass; user unknown'],
];

describe('auto', () => {
  it.each(LINES)('recognises %s: %s', (dataset, line) => {
    expect(new AutoReader(aContext()).datasetOf(line)).toBe(dataset);
    expect(readLine('auto', line)).toMatchObject({ event: { event: { dataset } } });
  });

  it('recognises each line by itself, whatever came before', () => {
    const reader = new AutoReader(aContext());
    const mixed = [...LINES, ...[...LINES].reverse()];
    expect(mixed.map(([, line]) => reader.datasetOf(line))).toEqual(mixed.map(([dataset]) => dataset));
  });

  it.each([
    'a sentence about sshd and sudo',
    'Jan  5 10:00:00 gate-1 ntpd[42]: synchronized',
    '{"message":"sshd[42]: Invalid user a from 203.0.113.7"}',
    'sshd',
  ])('takes %s for no dataset', (line) => {
    expect(readLine('auto', line)).toMatchObject({ rejected: { reason: 'unrecognised_dataset' } });
  });
});
