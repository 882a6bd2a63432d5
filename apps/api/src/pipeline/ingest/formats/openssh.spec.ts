import { eventOf, readLine } from '../testing';
import { isSshdAction, SSHD_ACTIONS } from './openssh/actions';

const AT = 'Jan  5 10:00:00 gate-1 sshd[42]: ';
const sshd = (message: string) => eventOf('openssh', AT + message);

describe('openssh', () => {
  it('reads a failed password with all that the line tells', () => {
    const line = `${AT}Failed password for root from 203.0.113.7 port 50022 ssh2`;
    expect(eventOf('openssh', line)).toEqual({
      '@timestamp': '2026-01-05T10:00:00.000Z',
      ecs: { version: '9.4.0' },
      event: {
        kind: 'event',
        category: ['authentication'],
        type: ['start'],
        action: 'failed-password',
        outcome: 'failure',
        severity: 50,
        dataset: 'openssh',
        module: 'openssh',
        original: line,
      },
      source: { ip: '203.0.113.7', port: 50022 },
      user: { name: 'root' },
      host: { name: 'gate-1' },
      process: { name: 'sshd', pid: 42 },
      network: { transport: 'tcp', protocol: 'ssh' },
      related: { ip: ['203.0.113.7'] },
    });
  });

  describe('failed logins', () => {
    it.each([
      ['failed-password', 'Failed password for invalid user oracle from 203.0.113.7 port 50022 ssh2'],
      ['failed-password', 'Failed password for oracle from 203.0.113.7'],
      ['failed-publickey', 'Failed publickey for oracle from 203.0.113.7 port 50022 ssh2: RSA SHA256:abc'],
      ['failed-none', 'Failed none for invalid user oracle from 203.0.113.7 port 50022 ssh2'],
      [
        'failed-keyboard-interactive',
        'Failed keyboard-interactive/pam for oracle from 203.0.113.7 port 50022 ssh2',
      ],
      ['failed-gssapi', 'Failed gssapi-with-mic for oracle from 203.0.113.7 port 50022 ssh2'],
      [
        'failed-hostbased',
        'Failed hostbased for oracle from 203.0.113.7 port 50022 ssh2: RSA SHA256:abc, client user "x", client host "y"',
      ],
      ['failed-other', 'Failed challenge for oracle from 203.0.113.7 port 50022 ssh2'],
      ['invalid-user', 'Invalid user oracle from 203.0.113.7 port 50022'],
      ['invalid-user', 'Illegal user oracle from 203.0.113.7'],
      ['user-not-allowed', 'User oracle from 203.0.113.7 not allowed because not listed in AllowUsers'],
      [
        'max-attempts-exceeded',
        'error: maximum authentication attempts exceeded for oracle from 203.0.113.7 port 50022 ssh2 [preauth]',
      ],
      [
        'too-many-authentication-failures',
        'Disconnecting invalid user oracle 203.0.113.7 port 50022: Too many authentication failures [preauth]',
      ],
      [
        'username-changed',
        'Disconnecting authenticating user oracle 203.0.113.7 port 50022: Change of username or service not allowed: (oracle,ssh-connection) -> (root,ssh-connection) [preauth]',
      ],
      ['pam-authentication-error', 'error: PAM: Authentication failure for oracle from 203.0.113.7'],
      [
        'pam-authentication-error',
        'error: PAM: User not known to the underlying authentication module for illegal user oracle from 203.0.113.7 via 192.0.2.1',
      ],
      [
        'pam-authentication-failure',
        'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=oracle',
      ],
      [
        'pam-more-failures',
        'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=oracle',
      ],
    ])('are %s: %s', (action, message) => {
      const event = sshd(message);
      expect(event.event).toMatchObject({ action, outcome: 'failure' });
      expect(event.event.category).toContain('authentication');
      expect(event.source?.ip).toBe('203.0.113.7');
      expect(event.user?.name).toBe('oracle');
    });
  });

  it.each([
    ['accepted-password', 'Accepted password for deploy from 203.0.113.7 port 50022 ssh2'],
    [
      'accepted-publickey',
      'Accepted publickey for deploy from 203.0.113.7 port 50022 ssh2: ED25519 SHA256:abc',
    ],
    [
      'accepted-keyboard-interactive',
      'Accepted keyboard-interactive/pam for deploy from 203.0.113.7 port 50022 ssh2',
    ],
    ['accepted-gssapi', 'Accepted gssapi-with-mic for deploy from 203.0.113.7 port 50022 ssh2'],
  ])('reads a login as %s: %s', (action, message) => {
    const event = sshd(message);
    expect(event.event).toMatchObject({ action, outcome: 'success', category: ['authentication'] });
    expect(event).toMatchObject({ source: { ip: '203.0.113.7', port: 50022 }, user: { name: 'deploy' } });
  });

  describe('connections and negotiation', () => {
    it.each([
      ['connection-opened', 'Connection from 203.0.113.7 port 50022 on 192.0.2.1 port 22 rdomain ""'],
      ['connection-closed', 'Connection closed by 203.0.113.7 port 50022 [preauth]'],
      ['connection-reset', 'Connection reset by 203.0.113.7 port 50022'],
      ['login-aborted', 'Connection closed by authenticating user root 203.0.113.7 port 50022 [preauth]'],
      ['login-aborted', 'Disconnected from invalid user  203.0.113.7 port 50022 [preauth]'],
      ['disconnected', 'Disconnected from user deploy 203.0.113.7 port 50022'],
      ['disconnect-received', 'Received disconnect from 203.0.113.7 port 50022:11: Bye Bye [preauth]'],
      [
        'disconnect-received',
        'error: Received disconnect from 203.0.113.7: 13: Unable to authenticate [preauth]',
      ],
      [
        'client-authentication-failed',
        'Received disconnect from 203.0.113.7: 3: com.example.Client: Auth fail',
      ],
      [
        'client-authentication-failed',
        'Received disconnect from 203.0.113.7 port 50022:14: No supported authentication methods available [preauth]',
      ],
      ['no-identification', 'Did not receive identification string from 203.0.113.7 port 50022'],
      ['bad-protocol', "Bad protocol version identification 'GET / HTTP/1.1' from 203.0.113.7 port 50022"],
      ['bad-protocol', 'banner exchange: Connection from 203.0.113.7 port 50022: invalid format'],
      [
        'bad-protocol',
        'Protocol major versions differ for 203.0.113.7 port 50022: SSH-2.0-OpenSSH_9.9 vs. SSH-1.5-scan',
      ],
      [
        'negotiation-failed',
        'Unable to negotiate with 203.0.113.7 port 50022: no matching cipher found. Their offer: 3des-cbc [preauth]',
      ],
      [
        'connection-error',
        'ssh_dispatch_run_fatal: Connection from 203.0.113.7 port 50022: Connection corrupted [preauth]',
      ],
      [
        'connection-error',
        'ssh_dispatch_run_fatal: Connection from authenticating user root 203.0.113.7 port 50022: incomplete message [preauth]',
      ],
      ['connection-error', 'Read error from remote host 203.0.113.7 port 50022: Connection timed out'],
      ['login-timeout', 'fatal: Timeout before authentication for 203.0.113.7 port 50022'],
      [
        'login-timeout',
        'Timeout before authentication for connection from 203.0.113.7 to 192.0.2.1, pid = 4242',
      ],
      ['connection-refused', 'refused connect from scan.example.net (203.0.113.7)'],
      ['connection-refused', 'refused connect from ::ffff:203.0.113.7 (::ffff:203.0.113.7)'],
      [
        'connection-dropped',
        'drop connection #11 from [203.0.113.7]:50022 on [192.0.2.1]:22 past MaxStartups',
      ],
      [
        'connection-dropped',
        'drop connection #0 from [203.0.113.7]:50022 on [192.0.2.1]:22 penalty: failed authentication',
      ],
      ['version-scan', "scanned from 203.0.113.7 with SSH-1.0-SSH_Version_Mapper.  Don't panic."],
      [
        'reverse-mapping-failed',
        'reverse mapping checking getaddrinfo for a.example.net [203.0.113.7] failed - POSSIBLE BREAK-IN ATTEMPT!',
      ],
      [
        'reverse-mapping-failed',
        'Address 203.0.113.7 maps to a.example.net, but this does not map back to the address.',
      ],
      ['session-opened', 'Starting session: shell on pts/0 for deploy from 203.0.113.7 port 50022 id 0'],
      ['session-closed', 'Close session: user deploy from 203.0.113.7 port 50022 id 0'],
    ])('are %s: %s', (action, message) => {
      const event = sshd(message);
      expect(event.event.action).toBe(action);
      expect(event.source?.ip).toBe('203.0.113.7');
    });

    it.each([
      ['session-opened', 'pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)'],
      ['session-closed', 'pam_unix(sshd:session): session closed for user root'],
      ['key-exchange-failed', 'error: kex_exchange_identification: Connection closed by remote host'],
      ['negotiation-failed', 'fatal: no matching mac found: client hmac-x server hmac-y [preauth]'],
      ['corrupted-packet', 'Corrupted MAC on input. [preauth]'],
      ['key-refused', 'Authentication refused: bad ownership or modes for directory /home/deploy'],
      ['server-message', 'Server listening on 0.0.0.0 port 22.'],
      ['server-error', 'error: Could not load host key: /etc/ssh/ssh_host_dsa_key'],
      ['debug-message', 'debug1: get_remote_port failed'],
      ['server-message', 'something that no version of sshd says'],
    ])('are %s, without a source: %s', (action, message) => {
      const event = sshd(message);
      expect(event.event.action).toBe(action);
      expect(event.source).toBeUndefined();
    });
  });

  describe('user names', () => {
    it.each([
      ['a name', 'Invalid user oracle from 203.0.113.7 port 50022', 'oracle'],
      ['spaces', 'Invalid user my name from 203.0.113.7 port 50022', 'my name'],
      ['quotes', 'Invalid user "x\' from 203.0.113.7 port 50022', '"x\''],
      ['nothing', 'Invalid user  from 203.0.113.7 port 50022', undefined],
      ['a masked name', 'Failed password for <invalid username> from 203.0.113.7 port 50022 ssh2', undefined],
      [
        'the text of a source',
        'Failed password for invalid user a from 192.0.2.9 port 1 ssh2 from 203.0.113.7 port 50022 ssh2',
        'a from 192.0.2.9 port 1 ssh2',
      ],
      [
        'half the text of a source',
        'Invalid user from 192.0.2.9 from 203.0.113.7 port 50022',
        'from 192.0.2.9',
      ],
      [
        'the end of a refusal',
        'User a from 192.0.2.9 not allowed because b from 203.0.113.7 not allowed because account is locked',
        'a from 192.0.2.9 not allowed because b',
      ],
    ])('may be %s, and never move the source', (_kind, message, name) => {
      const event = sshd(message);
      expect(event.source?.ip).toBe('203.0.113.7');
      expect(event.user?.name).toBe(name);
    });

    it('of PAM follows an error that itself says for whom', () => {
      const event = sshd(
        'error: PAM: Have exhausted maximum number of retries for service for root from 203.0.113.7',
      );
      expect(event.user?.name).toBe('root');
    });

    it('of PAM may imitate the remote host before it and after it', () => {
      const list = 'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ';
      expect(sshd(`${list}ruser=a rhost=192.0.2.9 rhost=203.0.113.7`).source?.ip).toBe('203.0.113.7');
      expect(sshd(`${list}ruser= rhost=203.0.113.7  user=a rhost=192.0.2.9`).source?.ip).toBe('203.0.113.7');
    });
  });

  describe('sources', () => {
    it.each([
      ['2001:DB8::7', '2001:db8::7'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['203.0.113.7', '203.0.113.7'],
    ])('written as %s are %s', (text, ip) => {
      expect(sshd(`Failed password for root from ${text} port 50022 ssh2`).source).toEqual({
        ip,
        port: 50022,
      });
    });

    it('that are host names are no address', () => {
      expect(sshd('Failed password for root from scan.example.net port 50022 ssh2').source).toEqual({
        address: 'scan.example.net',
        domain: 'scan.example.net',
        port: 50022,
      });
    });

    it('that sshd does not know are none', () => {
      expect(sshd('Connection closed by UNKNOWN').source).toBeUndefined();
    });

    it('with a port beyond 65535 have none', () => {
      expect(sshd('Invalid user a from 203.0.113.7 port 99999').source).toEqual({ ip: '203.0.113.7' });
    });
  });

  it('reads a repeated message as the message, with how often it came', () => {
    const event = sshd(
      'message repeated 3 times: [ Failed password for root from 203.0.113.7 port 50022 ssh2]',
    );
    expect(event.event).toMatchObject({ action: 'failed-password', outcome: 'failure' });
    expect(event).toMatchObject({ labels: { repeated: '3' }, source: { ip: '203.0.113.7' } });
  });

  it('keeps the level that a message names', () => {
    expect(
      sshd('error: maximum authentication attempts exceeded for root from 203.0.113.7 port 1 ssh2').log,
    ).toEqual({ level: 'error' });
  });

  it.each(['sshd', 'sshd-session', 'sshd-auth', '/usr/sbin/sshd'])('reads the lines of %s', (program) => {
    const line = `2026-01-05T10:00:00.123456+01:00 gate-1 ${program}[42]: Invalid user a from 203.0.113.7 port 1`;
    expect(eventOf('openssh', line)).toMatchObject({
      '@timestamp': '2026-01-05T09:00:00.123Z',
      event: { action: 'invalid-user' },
    });
  });

  it('reads what sshd writes to standard error, in the time that is assumed', () => {
    const event = eventOf('openssh', 'Failed password for root from 203.0.113.7 port 50022 ssh2');
    expect(event).toMatchObject({ tags: ['event_time_assumed'], event: { action: 'failed-password' } });
  });

  it('takes the host from the context where the line names none', () => {
    const line = 'Jan  5 10:00:00 sshd[42]: Server listening on 0.0.0.0 port 22.';
    expect(eventOf('openssh', line, { host: 'gate-9' }).host).toEqual({ name: 'gate-9' });
  });

  it.each([
    ['unrecognised', 'Jan  5 10:00:00 gate-1 CRON[42]: (root) CMD (true)'],
    ['unrecognised', 'a sentence about nothing'],
    ['invalid_timestamp', 'Feb 30 10:00:00 gate-1 sshd[42]: Invalid user a from 203.0.113.7 port 1'],
    ['not_an_event', '   '],
  ])('rejects as %s: %s', (reason, line) => {
    expect(readLine('openssh', line)).toMatchObject({ rejected: { reason } });
  });

  it('has actions of a closed list', () => {
    expect(SSHD_ACTIONS).toContain('failed-password');
    expect(SSHD_ACTIONS.every(isSshdAction)).toBe(true);
    expect(isSshdAction('toString')).toBe(false);
  });
});
