import { eventOf, readLine } from '../../testing';
import { ACCESS_ACTIONS } from './access-log';

const COMBINED =
  '203.0.113.7 - deploy [05/Jan/2026:11:00:00 +0100] "GET /shop/cart?id=7&x=%20 HTTP/1.1" 404 153 "https://shop.example/" "curl/8.5.0"';
const rest = '[05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5';

describe.each(['nginx.access', 'apache.access'] as const)('%s', (dataset) => {
  const read = (line: string) => eventOf(dataset, line);

  it('reads every field of a combined line', () => {
    expect(read(COMBINED)).toMatchObject({
      '@timestamp': '2026-01-05T10:00:00.000Z',
      event: {
        category: ['web'],
        type: ['access'],
        action: 'http-request',
        outcome: 'failure',
        severity: 30,
        dataset,
        module: dataset.split('.')[0],
      },
      source: { ip: '203.0.113.7' },
      user: { name: 'deploy' },
      url: { path: '/shop/cart', query: 'id=7&x=%20' },
      http: {
        version: '1.1',
        request: { method: 'GET', referrer: 'https://shop.example/' },
        response: { status_code: 404, body: { bytes: 153 } },
      },
      user_agent: { original: 'curl/8.5.0' },
      related: { ip: ['203.0.113.7'] },
    });
  });

  it('reads a common line, which has neither referrer nor agent', () => {
    const event = read(`203.0.113.7 - - ${rest}`);
    expect(event).toMatchObject({ event: { outcome: 'success' }, http: { response: { status_code: 200 } } });
    expect(event).not.toHaveProperty('user_agent');
    expect(event).not.toHaveProperty('user');
  });

  it.each([
    [
      'a virtual host',
      `www.example.com 203.0.113.7 - - ${rest}`,
      { url: { domain: 'www.example.com', path: '/' } },
    ],
    [
      'a virtual host with its port',
      `www.example.com:8443 203.0.113.7 - - ${rest}`,
      { url: { domain: 'www.example.com', port: 8443 } },
    ],
    [
      'a syslog header',
      `<190>Jan  5 10:00:00 web-1 nginx: 203.0.113.7 - - ${rest}`,
      { host: { name: 'web-1' } },
    ],
    [
      'a syslog header with a process',
      `Jan  5 10:00:00 web-1 httpd[42]: 203.0.113.7 - - ${rest}`,
      { host: { name: 'web-1' } },
    ],
    ['forwarding addresses', `203.0.113.7, 192.0.2.1 - - ${rest}`, { source: { ip: '203.0.113.7' } }],
    ['no user at all', `203.0.113.7 - ${rest}`, { source: { ip: '203.0.113.7' } }],
    ['a user of two words', `203.0.113.7 - Ada Lovelace ${rest}`, { user: { name: 'Ada Lovelace' } }],
    ['a user with a bracket', `203.0.113.7 - a [b ${rest}`, { user: { name: 'a [b' } }],
    [
      'a day of one digit',
      `203.0.113.7 - - ${rest.replace('05/', '5/')}`,
      { '@timestamp': '2026-01-05T10:00:00.000Z' },
    ],
    [
      'a time without zone',
      `203.0.113.7 - - ${rest.replace(' +0000', '')}`,
      { '@timestamp': '2026-01-05T10:00:00.000Z' },
    ],
  ])('reads a line with %s', (_what, line, expected) => {
    expect(read(line)).toMatchObject({ source: { ip: '203.0.113.7' }, ...expected });
  });

  it('shortens IPv6 addresses and unmaps mapped ones', () => {
    expect(read(`2001:DB8:0:0:0:0:0:7 - - ${rest}`).source).toEqual({ ip: '2001:db8::7' });
    expect(read(`::ffff:203.0.113.7 - - ${rest}`).source).toEqual({ ip: '203.0.113.7' });
  });

  it('keeps a looked-up client as a name', () => {
    expect(read(`scan.example.net - - ${rest}`).source).toEqual({
      address: 'scan.example.net',
      domain: 'scan.example.net',
    });
  });

  it('has no source for a client behind a socket file', () => {
    expect(read(`unix: - - ${rest}`)).not.toHaveProperty('source');
  });

  it.each([
    ['an Apache escape', String.raw`GET /a\"b HTTP/1.1`, String.raw`/a\"b`],
    ['an nginx escape', String.raw`GET /a\x22b HTTP/1.1`, String.raw`/a\x22b`],
    ['a bare quote', 'GET /a"b HTTP/1.1', '/a"b'],
    ['a backslash at the end', String.raw`GET /a\\ HTTP/1.1`, String.raw`/a\\`],
    ['raw spaces', 'GET /a b c HTTP/1.0', '/a b c'],
  ])('keeps %s in a path as it was logged', (_what, request, path) => {
    const event = read(`203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "${request}" 404 1 "-" "x"`);
    expect(event).toMatchObject({ url: { path }, user_agent: { original: 'x' } });
  });

  it.each([
    [
      'absolute form',
      'GET http://shop.example:8080/a?b HTTP/1.1',
      { path: '/a', query: 'b', domain: 'shop.example', port: 8080, scheme: 'http' },
    ],
    [
      'authority form',
      'CONNECT shop.example:443 HTTP/1.1',
      { original: 'shop.example:443', domain: 'shop.example', port: 443 },
    ],
    ['asterisk form', 'OPTIONS * HTTP/1.1', { path: '*' }],
    ['a path without a slash', 'GET a/b.php?c=d HTTP/1.1', { path: 'a/b.php', query: 'c=d' }],
    ['an empty query', 'GET /a? HTTP/2.0', { path: '/a' }],
    ['HTTP/0.9', 'GET /a', { path: '/a' }],
  ])('reads a target in %s', (_form, request, url) => {
    const event = read(`203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "${request}" 200 1`);
    expect(event.url).toMatchObject(url);
    expect(event.event.action).toBe('http-request');
  });

  it.each(['\\x16\\x03\\x01\\x02', 'HELP', 'batman', 'GET', "lv|'|'|abc", 'SSH-2.0-Go x'])(
    'takes %s for a malformed request',
    (request) => {
      const event = read(`203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "${request}" 400 157 "-" "-"`);
      expect(event.event).toMatchObject({
        action: 'http-malformed-request',
        outcome: 'failure',
        severity: 50,
      });
      expect(event.url).toEqual({ original: request });
      expect(event).not.toHaveProperty('http.request');
    },
  );

  it.each(['', '-'])('takes "%s" for a connection without a request', (request) => {
    const event = read(`203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "${request}" 408 - "-" "-"`);
    expect(event).toMatchObject({
      event: { action: 'http-no-request' },
      http: { response: { status_code: 408 } },
    });
  });

  it('reads the agent of a line that was cut off inside it', () => {
    expect(read(`${COMBINED.slice(0, -6)}`).user_agent).toEqual({ original: 'curl/' });
  });

  it('leaves out columns behind the agent', () => {
    expect(read(`${COMBINED} "198.51.100.1" 0.005 [up] .`).user_agent).toEqual({ original: 'curl/8.5.0' });
  });

  it.each([
    ['no request', '203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] GET', 'unrecognised'],
    ['no client', '[05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5', 'unrecognised'],
    ['no status', '203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1"', 'unrecognised'],
    ['a day that does not exist', `203.0.113.7 - - ${rest.replace('05/Jan', '31/Feb')}`, 'invalid_timestamp'],
    ['nothing of it', 'a sentence', 'unrecognised'],
  ])('rejects a line with %s', (_what, line, reason) => {
    expect(readLine(dataset, line)).toMatchObject({ rejected: { reason } });
  });

  it('gives only actions of its list', () => {
    const requests = ['GET / HTTP/1.1', 'x', '-'];
    const seen = requests.map((request) =>
      read(`203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "${request}" 200 1`),
    );
    expect(seen.map(({ event }) => event.action).sort()).toEqual([...ACCESS_ACTIONS].sort());
  });
});

describe('auto', () => {
  it.each([
    ['apache.access', `www.example.com:80 203.0.113.7 - - ${rest} "-" "x"`],
    ['apache.access', `203.0.113.7 - - ${rest}`],
    [
      'apache.access',
      String.raw`203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET /\" HTTP/1.1" 200 5 "-" "x"`,
    ],
    ['nginx.access', COMBINED],
  ])('reads as %s: %s', (dataset, line) => {
    expect(eventOf('auto', line).event.dataset).toBe(dataset);
  });

  it('does not take an agent that quotes sshd for a line of sshd', () => {
    const line = `203.0.113.7 - - ${rest} "-" "a sshd[1]: Failed password for root from 192.0.2.1 port 1 ssh2"`;
    expect(eventOf('auto', line).event.dataset).toBe('nginx.access');
  });

  it('does not take a user name that quotes an access line for one', () => {
    const line = `Jan  5 10:00:00 gate-1 sshd[42]: Invalid user 192.0.2.1 - - ${rest} from 203.0.113.7 port 1`;
    expect(eventOf('auto', line).event.dataset).toBe('openssh');
  });
});
