import { readPam } from './pam';

describe('PAM message', () => {
  it.each([
    ['session-opened', 'session opened for user root by (uid=0)', 'root', undefined],
    ['session-opened', 'session opened for user root by LOGIN(uid=0)', 'root', 'LOGIN'],
    ['session-opened', 'session opened for user root(uid=0) by deploy(uid=1000)', 'root', 'deploy'],
    ['session-closed', 'session closed for user root', 'root', undefined],
    [
      'authentication-failure',
      "authentication fails for 'root' (root@EXAMPLE.NET): Cannot contact any KDC",
      'root',
      undefined,
    ],
    ['authentication-failure', 'auth could not identify password for [root]', 'root', undefined],
    ['authentication-failure', 'Invalid verification code for root', 'root', undefined],
    ['authentication-success', "user 'root' granted access", 'root', undefined],
    ['account-denied', 'account root has expired (account expired)', 'root', undefined],
    ['account-denied', 'Refused user root for service vsftpd', 'root', undefined],
    ['account-denied', 'user root (0) tally 6, deny 5', 'root', undefined],
    ['account-denied', 'requirement "uid >= 1000" not met by user "root"', 'root', undefined],
    ['password-changed', 'password changed for root', 'root', undefined],
    ['message', 'check pass; user unknown', undefined, undefined],
    ['message', 'received for user root: 7 (Authentication failure)', 'root', undefined],
    ['message', 'what no module says', undefined, undefined],
  ])('is %s: %s', (report, text, user, requestedBy) => {
    expect(readPam(`pam_any(service:kind): ${text}`)).toMatchObject({ report, module: 'pam_any' });
    expect(readPam(text, 'pam_any')).toMatchObject({ report, module: 'pam_any' });
    expect(readPam(text, 'pam_any')?.user).toBe(user);
    expect(readPam(text, 'pam_any')?.requestedBy).toBe(requestedBy);
  });

  it('names where a refused user came from', () => {
    expect(
      readPam("pam_access(sshd:account): access denied for user `root' from `203.0.113.7'"),
    ).toMatchObject({
      report: 'account-denied',
      user: 'root',
      remoteHost: '203.0.113.7',
    });
  });

  it('takes the remote user for the user where a remote login names no other', () => {
    const list =
      'pam_unix(ftp:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=deploy rhost=';
    expect(readPam(`${list}203.0.113.7`)?.user).toBe('deploy');
    expect(readPam(list)?.user).toBeUndefined();
  });

  it.each(['', 'authentication failure', 'PAM is a library', 'pam_unix'])('is none in %j', (text) => {
    expect(readPam(text)).toBeUndefined();
  });
});
