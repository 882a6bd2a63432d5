import { eventOf, readLine } from '../testing';
import { COWRIE_ACTIONS, COWRIE_KINDS } from './cowrie/kinds';

const SESSION = {
  session: 'a1b2c3',
  src_ip: '203.0.113.7',
  src_port: 50022,
  dst_ip: '192.0.2.1',
  dst_port: 2222,
  protocol: 'ssh',
  sensor: 'honeypot-1',
  timestamp: '2026-01-05T10:00:00.123456Z',
};
const line = (name: string, more: object = {}) =>
  JSON.stringify({ ...SESSION, eventid: `cowrie.${name}`, ...more });
const read = (name: string, more: object = {}) => eventOf('cowrie', line(name, more));

it('reads a refused login without keeping its password as a field', () => {
  const event = read('login.failed', {
    username: 'root',
    password: 'hunter2',
    message: 'login attempt [root/hunter2] failed',
  });
  expect(event).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.123Z',
    event: {
      action: 'honeypot-login-failed',
      category: ['authentication'],
      type: ['start'],
      outcome: 'failure',
      dataset: 'cowrie',
    },
    source: { ip: '203.0.113.7', port: 50022 },
    destination: { ip: '192.0.2.1', port: 2222 },
    network: { transport: 'tcp', protocol: 'ssh', community_id: expect.any(String) },
    user: { name: 'root' },
    host: { name: 'honeypot-1' },
    labels: { session: 'a1b2c3' },
  });
  const { original: _line, ...group } = event.event;
  expect(JSON.stringify({ ...event, event: group })).not.toContain('hunter2');
});

it('weighs a login that succeeded more than one that failed, and a command more still than a connection', () => {
  const severity = (name: string): number => read(name).event.severity ?? 0;
  expect(severity('login.success')).toBeGreaterThan(severity('login.failed'));
  expect(severity('command.input')).toBeGreaterThan(severity('session.connect'));
});

it('reads commands, downloads, clients and the end of a session', () => {
  expect(read('command.input', { input: 'uname -a' }).process).toEqual({ command_line: 'uname -a' });
  expect(read('session.file_download', { url: 'http://a.example/x.sh', shasum: 'ab' })).toMatchObject({
    file: { hash: { sha256: 'ab' } },
    url: { path: '/x.sh', domain: 'a.example' },
  });
  expect(read('client.version', { version: 'SSH-2.0-Go' }).labels).toMatchObject({
    ssh_client: 'SSH-2.0-Go',
  });
  expect(read('client.kex', { hassh: 'ab12' }).labels).toMatchObject({ hassh: 'ab12' });
  expect(read('session.closed', { duration: '1.5' }).event.duration).toBe(1.5e9);
});

it('reads events that are not in its table for who caused them', () => {
  expect(read('something.new')).toMatchObject({
    event: { action: 'honeypot-activity' },
    source: { ip: '203.0.113.7' },
  });
});

it.each([
  ['no JSON', 'not json', 'malformed_json'],
  ['no eventid', '{"src_ip":"203.0.113.7"}', 'missing_field'],
  ['an event of another program', '{"eventid":"dionaea.connection","src_ip":"203.0.113.7"}', 'unrecognised'],
  ['no time', line('login.failed', { timestamp: undefined }), 'missing_field'],
  ['a time that is none', line('login.failed', { timestamp: 'now' }), 'invalid_timestamp'],
  ['an address that is none', line('login.failed', { src_ip: 'x' }), 'invalid_field'],
  ['an unknown event without an address', line('x', { src_ip: undefined }), 'unsupported_record'],
])('rejects %s', (_what, text, reason) => {
  expect(readLine('cowrie', text)).toMatchObject({ rejected: { reason } });
});

it('gives every event of its table an action of its list', () => {
  for (const name of COWRIE_KINDS.keys()) expect(COWRIE_ACTIONS).toContain(read(name).event.action);
});

it('is recognised by auto', () => {
  expect(eventOf('auto', line('login.failed')).event.dataset).toBe('cowrie');
});
