import { eventOf, readLine } from '../testing';
import { isLinuxAuthAction, LINUX_AUTH_ACTIONS } from './linux-auth/actions';

const auth = (message: string) => eventOf('linux.auth', `Jan  5 10:00:00 gate-1 ${message}`);

const LIST = 'authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=deploy';

describe('linux.auth', () => {
  it.each([
    ['new form', `vsftpd[42]: pam_unix(vsftpd:auth): ${LIST}`],
    ['module in brackets', `pure-ftpd: (pam_unix) ${LIST}`],
    ['module in the program', `sshd(pam_unix)[42]: ${LIST}`],
    ['module alone', `vsftpd: pam_unix: ${LIST}`],
    ['another module', `sshd[42]: pam_sss(sshd:auth): ${LIST}`],
  ])('reads a refused password in the %s', (_form, message) => {
    const event = auth(message);
    expect(event.event).toMatchObject({
      action: 'pam-authentication-failure',
      outcome: 'failure',
      category: ['authentication'],
    });
    expect(event).toMatchObject({ source: { ip: '203.0.113.7' }, user: { name: 'deploy' } });
  });

  it('counts the attempts that one line stands for', () => {
    const event = auth(
      `sshd(pam_unix)[42]: 2 more authentication failures; ${LIST.slice(LIST.indexOf('logname'))}`,
    );
    expect(event).toMatchObject({
      event: { action: 'pam-more-failures', outcome: 'failure' },
      labels: { attempts: '2' },
    });
  });

  it('takes a remote host name for a name', () => {
    const event = auth(`vsftpd: pam_unix(vsftpd:auth): ${LIST.replace('203.0.113.7', 'scan.example.net')}`);
    expect(event.source).toEqual({ address: 'scan.example.net', domain: 'scan.example.net' });
  });

  describe('su', () => {
    it.each([
      ['su-failed', 'su[42]: FAILED SU (to root) deploy on pts/0'],
      ['su-failed', 'su[42]: FAILED su for root by deploy'],
      ['su-failed', 'su: BAD SU deploy to root on /dev/ttyp0'],
      ['su-failed', 'su[42]: - pts/0 deploy:root'],
      ['su-failed', 'su[42]: failed: ttyq4 changing from deploy to root'],
      ['su-succeeded', 'su[42]: (to root) deploy on pts/0'],
      ['su-succeeded', 'su[42]: Successful su for root by deploy'],
      ['su-succeeded', 'su[42]: + pts/0 deploy:root'],
      ['su-succeeded', 'su: deploy to root on /dev/ttyp0'],
    ])('is %s: %s', (action, message) => {
      const event = auth(message);
      expect(event.event).toMatchObject({ action, outcome: action === 'su-failed' ? 'failure' : 'success' });
      expect(event.user).toEqual({ name: 'deploy', target: { name: 'root' } });
    });
  });

  describe('sudo', () => {
    const call = 'TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls ; COMMAND=x';

    it.each([
      ['sudo-command', 'success', `sudo:   deploy : ${call}`],
      ['sudo-failed', 'failure', `sudo:   deploy : 3 incorrect password attempts ; ${call}`],
      ['sudo-failed', 'failure', `sudo[42]: deploy : a password is required ; ${call}`],
      ['sudo-denied', 'failure', `sudo: deploy : user NOT in sudoers ; ${call}`],
      ['sudo-denied', 'failure', `sudo: deploy : command not allowed ; ${call}`],
    ])('is %s', (action, outcome, message) => {
      const event = auth(message);
      expect(event.event).toMatchObject({ action, outcome });
      expect(event.user).toEqual({ name: 'deploy', effective: { name: 'root' } });
      expect(event.process).toMatchObject({ command_line: '/bin/ls ; COMMAND=x', working_directory: '/srv' });
      expect(event.related?.user).toEqual(['deploy', 'root']);
    });
  });

  it.each([
    [
      'user-created',
      'useradd[42]: new user: name=oracle, UID=1001, GID=1001, home=/home/oracle, shell=/bin/sh, from=/dev/pts/0',
      { user: { target: { name: 'oracle' } } },
    ],
    ['group-created', 'groupadd[42]: new group: name=dba, GID=1002', { group: { name: 'dba' } }],
    [
      'group-created',
      'groupadd[42]: group added to /etc/group: name=dba, GID=1002',
      { group: { name: 'dba' } },
    ],
    [
      'group-member-added',
      "usermod[42]: add 'oracle' to group 'sudo'",
      { user: { target: { name: 'oracle' } }, group: { name: 'sudo' } },
    ],
    [
      'group-member-added',
      'gpasswd[42]: user oracle added by root to group sudo',
      { user: { name: 'root', target: { name: 'oracle' } } },
    ],
    ['group-member-removed', "userdel[42]: delete 'oracle' from group 'sudo'", { group: { name: 'sudo' } }],
    ['user-deleted', "userdel[42]: delete user 'oracle'", { user: { target: { name: 'oracle' } } }],
    ['group-deleted', "groupdel[42]: group 'dba' removed", { group: { name: 'dba' } }],
    ['password-changed', "passwd[42]: password for 'oracle' changed by 'root'", { user: { name: 'root' } }],
    [
      'password-changed',
      'passwd[42]: pam_unix(passwd:chauthtok): password changed for oracle',
      { user: { name: 'oracle' } },
    ],
    ['user-changed', "usermod[42]: lock user 'oracle' password", { user: { target: { name: 'oracle' } } }],
    [
      'session-opened',
      'systemd-logind[42]: New session 7 of user deploy.',
      { user: { name: 'deploy' }, labels: { session: '7' } },
    ],
    ['session-closed', 'systemd-logind[42]: Removed session 7.', { labels: { session: '7' } }],
    [
      'session-opened',
      'CRON[42]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
      { user: { name: 'root' } },
    ],
    [
      'session-closed',
      'CRON[42]: pam_unix(cron:session): session closed for user root',
      { user: { name: 'root' } },
    ],
    [
      'scheduled-command',
      'CRON[42]: (root) CMD (run-parts /etc/cron.hourly)',
      { process: { command_line: 'run-parts /etc/cron.hourly' } },
    ],
    [
      'login-failed',
      "login[42]: FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure",
      { user: { name: 'root' } },
    ],
    [
      'login-failed',
      'login: FAILED LOGIN 2 FROM 203.0.113.7 FOR root, Authentication failure',
      { source: { ip: '203.0.113.7' } },
    ],
    [
      'login-failed',
      'klogind[42]: Authentication failed from 203.0.113.7 (203.0.113.7): Software caused connection abort',
      { source: { ip: '203.0.113.7' } },
    ],
    [
      'login-succeeded',
      'ftpd[42]: ANONYMOUS FTP LOGIN FROM 203.0.113.7,  (anonymous)',
      { source: { ip: '203.0.113.7' } },
    ],
    ['login-succeeded', 'login[42]: LOGIN ON tty1 BY deploy', { user: { name: 'deploy' } }],
    [
      'privileged-command',
      'pkexec[42]: deploy: Executing command [USER=root] [TTY=unknown] [CWD=/] [COMMAND=/bin/true]',
      { user: { name: 'deploy' } },
    ],
  ])('reads %s: %s', (action, message, expected) => {
    const event = auth(message);
    expect(event.event.action).toBe(action);
    expect(event).toMatchObject(expected);
  });

  it('reads the lines of sshd as openssh does, under its own name', () => {
    const event = auth('sshd[42]: Failed password for root from 203.0.113.7 port 50022 ssh2');
    expect(event.event).toMatchObject({ action: 'failed-password', dataset: 'linux.auth', module: 'linux' });
  });

  it.each([
    ['unrecognised', 'Jan  5 10:00:00 gate-1 kernel: eth0: link up'],
    ['unrecognised', 'Jan  5 10:00:00 gate-1 ntpd[42]: synchronized'],
    ['invalid_timestamp', 'Jan 32 10:00:00 gate-1 su[42]: (to root) deploy on pts/0'],
  ])('rejects as %s: %s', (reason, line) => {
    expect(readLine('linux.auth', line)).toMatchObject({ rejected: { reason } });
  });

  it('has actions of a closed list', () => {
    expect(LINUX_AUTH_ACTIONS.every(isLinuxAuthAction)).toBe(true);
    expect(isLinuxAuthAction('constructor')).toBe(false);
  });
});
