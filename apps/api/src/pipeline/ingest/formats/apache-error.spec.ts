import { eventOf, readLine } from '../testing';

const V22 = '[Mon Jan 05 10:00:00 2026] [error] [client 203.0.113.7] ';
const V24 = '[Mon Jan 05 10:00:00.123456 2026] [core:error] [pid 42:tid 7] [client 203.0.113.7:50022] ';
const read = (message: string) => eventOf('apache.error', V24 + message);

it('reads every part of a line of httpd 2.4', () => {
  expect(
    read('AH01630: client denied by server configuration: /srv/www/, referer: https://a.example/'),
  ).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.123Z',
    message: 'client denied by server configuration: /srv/www/',
    event: {
      action: 'http-access-denied',
      category: ['web'],
      type: ['access', 'denied'],
      outcome: 'failure',
      code: 'AH01630',
      provider: 'core',
      dataset: 'apache.error',
      module: 'apache',
    },
    source: { ip: '203.0.113.7', port: 50022 },
    process: { name: 'httpd', pid: 42 },
    log: { level: 'error' },
    http: { request: { referrer: 'https://a.example/' } },
  });
});

it('reads a line of httpd 2.2, which has no module, no port and no number', () => {
  const event = eventOf('apache.error', `${V22}File does not exist: /srv/www/x`);
  expect(event).toMatchObject({
    source: { ip: '203.0.113.7' },
    event: { action: 'http-not-found', type: ['error'] },
  });
  expect(event.event).not.toHaveProperty('outcome');
});

it.each([
  ['http-login-failed', 'deploy', 'AH01618: user deploy not found: /admin'],
  [
    'http-login-failed',
    'deploy',
    'AH01617: user deploy: authentication failure for "/admin": Password Mismatch',
  ],
  ['http-login-failed', 'deploy', 'Digest: user deploy: password mismatch: /admin'],
  ['http-login-failed', 'deploy', "Digest: user `deploy' in realm `staff' not found: /admin"],
  ['http-login-failed', undefined, 'AH01614: client used wrong authentication scheme: /admin'],
  ['http-login-failed', undefined, "AH01793: invalid qop `x' received: /admin"],
  [
    'http-access-denied',
    'deploy',
    'AH01637: Authorization of user deploy to access /admin failed, reason: file owner x does not match',
  ],
  ['http-access-denied', undefined, '(13)Permission denied: file permissions deny server access: /srv/x'],
  ['http-not-found', undefined, "script '/srv/www/x.php' not found or unable to stat"],
  ['http-not-found', undefined, "AH01071: Got error 'Primary script unknown'"],
  ['http-bad-request', undefined, 'AH10244: invalid URI path (/cgi-bin/.%2e/x)'],
  ['http-bad-request', undefined, 'Invalid method in request NOOP'],
  [
    'http-bad-request',
    undefined,
    'AH02032: Hostname a.example provided via SNI, but no hostname provided in HTTP request',
  ],
  [
    'exploit-attempt',
    undefined,
    'AH01215: /bin/bash: warning: HTTP_TEST: ignoring function definition attempt',
  ],
  ['script-output', undefined, 'PHP Notice:  Undefined variable'],
  ['server-error', undefined, 'something that no module of today says'],
])('is %s of user %s: %s', (action, user, message) => {
  const event = read(message);
  expect(event.event.action).toBe(action);
  expect(event.user?.name).toBe(user);
});

it('reads the rule of ModSecurity, of one that denies and of one that only warns', () => {
  const rule =
    '[file "/etc/x.conf"] [line "9"] [id "942100"] [msg "SQL injection"] [severity "CRITICAL"] [uri "/login"]';
  expect(
    read(`[client 203.0.113.7] ModSecurity: Access denied with code 403 (phase 2). ${rule}`),
  ).toMatchObject({
    event: { kind: 'alert', action: 'waf-denied', type: ['denied'], outcome: 'failure', severity: 80 },
    rule: { id: '942100', name: 'SQL injection', ruleset: 'ModSecurity' },
    url: { path: '/login' },
  });
  expect(read(`ModSecurity: Warning. ${rule}`).event).toMatchObject({ action: 'waf-match', type: ['info'] });
});

it.each([
  ['[client 203.0.113.7]', { ip: '203.0.113.7' }],
  ['[client 203.0.113.7:50022]', { ip: '203.0.113.7', port: 50022 }],
  ['[remote 203.0.113.7:50022]', { ip: '203.0.113.7', port: 50022 }],
  ['[client [2001:db8::7]:50022]', { ip: '2001:db8::7', port: 50022 }],
  ['[client 2001:db8::7:50022]', { ip: '2001:db8::7', port: 50022 }],
  ['[client ::1:50022]', { ip: '::1', port: 50022 }],
  ['[client scan.example.net]', { address: 'scan.example.net', domain: 'scan.example.net' }],
])('reads the client in %s', (client, source) => {
  const line = `[Mon Jan 05 10:00:00.1 2026] [core:error] [pid 42] ${client} x`;
  expect(eventOf('apache.error', line).source).toEqual(source);
});

it('takes the last group of an IPv6 address for a part of it in httpd 2.2, which logs no ports', () => {
  expect(eventOf('apache.error', '[Mon Jan 05 10:00:00 2026] [error] [client 2001:db8::7] x').source).toEqual(
    { ip: '2001:db8::7' },
  );
});

it.each([
  [
    'the errno text of httpd 2.4 between the groups',
    '[Mon Jan 05 10:00:00 2026] [core:error] [pid 42] (13)Permission denied: [client 203.0.113.7:1] AH00035: access to /x denied',
  ],
  [
    'syslog',
    'Jan  5 10:00:00 web-1 httpd[42]: [core:error] [pid 42] [client 203.0.113.7:1] AH00035: access to /x denied',
  ],
  [
    'syslog under another instance name',
    'Jan  5 10:00:00 web-1 httpd/backend[42]: [:error] [pid 42:tid 7] [client 203.0.113.7:1] x',
  ],
  ['an ISO time', '[2026-01-05 10:00:00.000001] [core:error] [pid 42] [client 203.0.113.7:1] x'],
])('reads a line with %s', (_what, line) => {
  expect(eventOf('apache.error', line)).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.000Z',
    source: { ip: '203.0.113.7', port: 1 },
  });
  expect(eventOf('auto', line).event.dataset).toBe('apache.error');
});

it('reads messages of the server itself', () => {
  const line = '[Mon Jan 05 10:00:00 2026] [notice] caught SIGTERM, shutting down';
  expect(eventOf('apache.error', line).event).toMatchObject({ action: 'server-message', type: ['info'] });
});

it.each([
  ['[Mon Feb 30 10:00:00 2026] [error] [client 203.0.113.7] x', 'invalid_timestamp'],
  ['[Mon Jan 05 10:00:00 2026] no level', 'unrecognised'],
  ['a sentence', 'unrecognised'],
])('rejects %s', (line, reason) => {
  expect(readLine('apache.error', line)).toMatchObject({ rejected: { reason } });
});
