import { eventOf, readLine } from '../testing';
import { WEB_ERROR_ACTIONS } from './web/error-kinds';

const HEAD = '2026/01/05 10:00:00 [error] 42#7: *9 ';
const TAIL =
  ', client: 203.0.113.7, server: shop.example, request: "GET /admin?x=1 HTTP/1.1", host: "shop.example:8443"';
const read = (message: string) => eventOf('nginx.error', HEAD + message + TAIL);

it('reads every part of a line', () => {
  const event = eventOf(
    'nginx.error',
    `${HEAD}open() "/srv/x" failed (2: No such file or directory)${TAIL}, referrer: "https://a.example/"`,
  );
  expect(event).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.000Z',
    message: 'open() "/srv/x" failed (2: No such file or directory)',
    event: {
      action: 'http-not-found',
      category: ['web'],
      type: ['error'],
      dataset: 'nginx.error',
      module: 'nginx',
    },
    source: { ip: '203.0.113.7' },
    process: { name: 'nginx', pid: 42 },
    log: { level: 'error' },
    url: { path: '/admin', query: 'x=1', domain: 'shop.example', port: 8443 },
    http: { version: '1.1', request: { method: 'GET', referrer: 'https://a.example/' } },
  });
});

it.each([
  ['http-login-failed', 'user "deploy": password mismatch'],
  ['http-login-failed', 'user "deploy" was not found in "/etc/nginx/htpasswd"'],
  ['http-login-failed', 'no user/password was provided for basic authentication'],
  ['http-access-denied', 'access forbidden by rule'],
  ['http-access-denied', 'directory index of "/srv/www/" is forbidden'],
  ['http-access-denied', 'open() "/srv/x" failed (13: Permission denied)'],
  ['http-rate-limited', 'limiting requests, excess: 10.4 by zone "one"'],
  ['http-not-found', '"/srv/www/index.html" is not found (2: No such file or directory)'],
  [
    'http-not-found',
    'FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream',
  ],
  ['script-output', 'FastCGI sent in stderr: "PHP message: x" while reading response header from upstream'],
  ['http-bad-request', 'client sent invalid header line: "x" while reading client request headers'],
  ['http-upstream-failed', 'upstream timed out (110: Connection timed out) while connecting to upstream'],
  ['tls-handshake-failed', 'SSL_do_handshake() failed (SSL: error:0A00006C) while SSL handshaking'],
  ['waf-denied', 'ModSecurity: Access denied with code 403 (phase 2). [id "942100"] [msg "SQL injection"]'],
  ['server-error', 'something that no module of today says'],
])('is %s: %s', (action, message) => {
  expect(read(message).event.action).toBe(action);
  expect(WEB_ERROR_ACTIONS).toContain(action);
});

it.each(['http-login-failed', 'http-access-denied'])('a refusal (%s) is a failure', (action) => {
  const message =
    action === 'http-login-failed' ? 'user "deploy": password mismatch' : 'access forbidden by rule';
  expect(read(message).event.outcome).toBe('failure');
});

it('names the user who was refused, with spaces in the name', () => {
  expect(read('user "Ada Lovelace": password mismatch')).toMatchObject({
    user: { name: 'Ada Lovelace' },
    event: { category: ['authentication', 'web'], type: ['start'], outcome: 'failure' },
  });
});

it('is not fooled by a user name that imitates the rest of a line', () => {
  const name = `x": password mismatch, client: 192.0.2.66, server: a, request: "GET / HTTP/1.1", host: "a"`;
  expect(read(`user "${name}": was not found in "/etc/nginx/htpasswd"`).source).toEqual({
    ip: '203.0.113.7',
  });
});

it('is not fooled by a request that imitates the rest of a line', () => {
  const line = `${HEAD}access forbidden by rule, client: 203.0.113.7, server: a, request: "GET /x", client: 192.0.2.66, server: b, request: "GET / HTTP/1.1", host: "a"`;
  expect(eventOf('nginx.error', line).source).toEqual({ ip: '203.0.113.7' });
});

it('is not fooled by a referrer that imitates the rest of a line', () => {
  const line = `${HEAD}access forbidden by rule${TAIL}, referrer: "x, client: 192.0.2.66, server: b"`;
  expect(eventOf('nginx.error', line).source).toEqual({ ip: '203.0.113.7' });
});

it.each([
  ['a syslog header without a time', `web-1 nginx[42]: ${HEAD}access forbidden by rule${TAIL}`],
  ['a syslog header', `<187>Jan  5 10:00:00 web-1 nginx: ${HEAD}access forbidden by rule${TAIL}`],
  [
    'an RFC 5424 header',
    `<187>1 2026-01-05T10:00:00Z web-1 nginx - - - ${HEAD}access forbidden by rule${TAIL}`,
  ],
])('reads a line behind %s', (_what, line) => {
  const expected = {
    host: { name: 'web-1' },
    source: { ip: '203.0.113.7' },
    event: { action: 'http-access-denied' },
  };
  expect(eventOf('nginx.error', line)).toMatchObject(expected);
  expect(eventOf('auto', line).event.dataset).toBe('nginx.error');
});

it('reads times in the zone of the context', () => {
  const event = eventOf('nginx.error', `${HEAD}x${TAIL}`, { timezone: 'Europe/Zurich' });
  expect(event['@timestamp']).toBe('2026-01-05T09:00:00.000Z');
});

it('reads messages of the server itself, without a connection', () => {
  const event = eventOf('nginx.error', '2026/01/05 10:00:00 [notice] 1#1: start worker process 31');
  expect(event).toMatchObject({
    event: { action: 'server-message', type: ['info'] },
    log: { level: 'notice' },
  });
  expect(event).not.toHaveProperty('source');
});

it('reads an IPv6 client', () => {
  const line = `${HEAD}access forbidden by rule, client: 2001:db8::7, server: _, request: "GET / HTTP/2.0"`;
  expect(eventOf('nginx.error', line)).toMatchObject({ source: { ip: '2001:db8::7' }, url: { path: '/' } });
});

it.each([
  ['2026/02/30 10:00:00 [error] 42#7: *9 x', 'invalid_timestamp'],
  ['2026/01/05 10:00:00 something else', 'unrecognised'],
  ['a sentence', 'unrecognised'],
])('rejects %s', (line, reason) => {
  expect(readLine('nginx.error', line)).toMatchObject({ rejected: { reason } });
});
