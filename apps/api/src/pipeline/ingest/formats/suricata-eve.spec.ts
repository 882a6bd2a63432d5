import { eventOf, readLine } from '../testing';
import { SURICATA_ACTIONS } from './suricata-eve';
import { severityOfPriority } from './suricata/sections';

const ENDS = {
  timestamp: '2026-01-05T11:00:00.123456+0100',
  flow_id: 7,
  in_iface: 'eth0',
  src_ip: '203.0.113.7',
  src_port: 50022,
  dest_ip: '192.0.2.1',
  dest_port: 443,
  proto: 'TCP',
};
const line = (type: string, more: object = {}) => JSON.stringify({ ...ENDS, event_type: type, ...more });
const read = (type: string, more: object = {}) => eventOf('suricata.eve', line(type, more));
const ALERT = {
  action: 'allowed',
  signature_id: 2010935,
  rev: 3,
  signature: 'Suspicious inbound',
  category: 'Bad Traffic',
  severity: 2,
};

it('reads the ends that all records share', () => {
  expect(read('tls')).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.123Z',
    event: { dataset: 'suricata.eve', module: 'suricata', kind: 'event' },
    source: { ip: '203.0.113.7', port: 50022 },
    destination: { ip: '192.0.2.1', port: 443 },
    network: { transport: 'tcp', type: 'ipv4', iana_number: '6', community_id: expect.stringMatching(/^1:/) },
    observer: { ingress: { interface: { name: 'eth0' } } },
    related: { ip: ['203.0.113.7', '192.0.2.1'] },
  });
});

it('reads an alert with its rule and its ATT&CK technique', () => {
  const metadata = { mitre_technique_id: ['T1190'], mitre_tactic_id: ['TA0001'], tag: ['x'] };
  expect(read('alert', { alert: { ...ALERT, metadata } })).toMatchObject({
    event: {
      kind: 'alert',
      action: 'network-alert',
      category: ['intrusion_detection', 'network'],
      type: ['allowed'],
      severity: 60,
    },
    rule: { id: '2010935', name: 'Suspicious inbound', category: 'Bad Traffic', version: '3' },
    threat: { framework: 'MITRE ATT&CK', tactic: { id: ['TA0001'] }, technique: { id: ['T1190'] } },
  });
});

it('tells an alert whose packet was blocked', () => {
  expect(read('alert', { alert: { ...ALERT, action: 'blocked' } }).event).toMatchObject({
    action: 'network-alert-blocked',
    type: ['denied'],
  });
});

it('gives each severity of Suricata one of its own, the first the gravest', () => {
  const severities = [1, 2, 3, 4, 5, 6].map(severityOfPriority);
  expect(new Set(severities).size).toBe(6);
  expect([...severities].sort((a, b) => b - a)).toEqual(severities);
});

it('reads a flow as a connection with the bytes of both ways', () => {
  const flow = {
    pkts_toserver: 3,
    pkts_toclient: 2,
    bytes_toserver: 300,
    bytes_toclient: 200,
    start: '2026-01-05T10:59:00.000000+0100',
    age: 60,
    reason: 'timeout',
  };
  expect(read('flow', { flow, app_proto: 'ssh' })).toMatchObject({
    event: {
      action: 'network-flow',
      category: ['network'],
      type: ['connection'],
      reason: 'timeout',
      duration: 60e9,
    },
    network: { bytes: 500, packets: 5, protocol: 'ssh' },
    source: { bytes: 300 },
    destination: { bytes: 200 },
  });
});

describe('dns', () => {
  it('reads a query of version 1 and 2', () => {
    const dns = { type: 'query', id: 7, rrname: 'a.example', rrtype: 'A', tx_id: 0 };
    expect(read('dns', { dns })).toMatchObject({
      event: { action: 'dns-query', category: ['network'] },
      dns: { type: 'query', id: '7', question: { name: 'a.example', type: 'A' } },
      network: { protocol: 'dns' },
    });
  });

  it.each([
    [
      '1',
      { type: 'answer', id: 7, rcode: 'NOERROR', rrname: 'a.example', rrtype: 'A', rdata: '198.51.100.1' },
    ],
    [
      '2',
      {
        version: 2,
        type: 'answer',
        id: 7,
        rcode: 'NOERROR',
        rrname: 'a.example',
        rrtype: 'A',
        answers: [
          { rrname: 'a.example', rrtype: 'CNAME', rdata: 'b.example' },
          { rrname: 'b.example', rrtype: 'A', rdata: '198.51.100.1' },
        ],
      },
    ],
    [
      '3',
      {
        version: 3,
        type: 'response',
        id: 7,
        rcode: 'NOERROR',
        queries: [{ rrname: 'a.example', rrtype: 'A' }],
        answers: [{ rrname: 'a.example', rrtype: 'A', rdata: '198.51.100.1' }],
      },
    ],
  ])('reads an answer of version %s', (_version, dns) => {
    expect(read('dns', { dns })).toMatchObject({
      event: { action: 'dns-answer', outcome: 'success' },
      dns: {
        type: 'answer',
        question: { name: 'a.example', type: 'A' },
        response_code: 'NOERROR',
        resolved_ip: ['198.51.100.1'],
      },
    });
  });

  it('reads a name that does not exist as a failure', () => {
    expect(
      read('dns', { dns: { type: 'answer', rcode: 'NXDOMAIN', rrname: 'a.example' } }).event.outcome,
    ).toBe('failure');
  });
});

it('reads an HTTP transaction', () => {
  const http = {
    hostname: 'shop.example',
    url: '/a?b=c',
    http_user_agent: 'curl/8.5.0',
    http_method: 'POST',
    protocol: 'HTTP/1.1',
    status: 403,
    length: 12,
    http_refer: 'https://a.example/',
  };
  expect(read('http', { http })).toMatchObject({
    event: { action: 'http-request', category: ['web', 'network'], outcome: 'failure' },
    url: { path: '/a', query: 'b=c', domain: 'shop.example' },
    http: {
      version: '1.1',
      request: { method: 'POST', referrer: 'https://a.example/' },
      response: { status_code: 403, body: { bytes: 12 } },
    },
    user_agent: { original: 'curl/8.5.0' },
  });
});

it('reads TLS, SSH, file and anomaly records', () => {
  const tls = { sni: 'a.example', version: 'TLS 1.3', ja3: { hash: 'abc' }, subject: 'CN=a' };
  expect(read('tls', { tls }).tls).toEqual({
    version: '1.3',
    client: { server_name: 'a.example', ja3: 'abc' },
    server: { subject: 'CN=a' },
  });
  expect(read('ssh', { ssh: { client: { software_version: 'Go' } } }).labels).toEqual({ ssh_client: 'Go' });
  expect(read('fileinfo', { fileinfo: { filename: '/x', size: 9, sha256: 'ab' } })).toMatchObject({
    event: { action: 'file-transfer' },
    file: { path: '/x', size: 9, hash: { sha256: 'ab' } },
  });
  expect(
    read('anomaly', { anomaly: { type: 'applayer', event: 'TOO_LATE', app_proto: 'http' } }),
  ).toMatchObject({
    event: { action: 'protocol-anomaly', reason: 'TOO_LATE' },
    network: { protocol: 'http' },
  });
});

it('reads other protocols for their ends', () => {
  expect(read('smb', { smb: {} })).toMatchObject({
    event: { action: 'protocol-transaction' },
    network: { protocol: 'smb' },
  });
});

it('shows no ports for ICMP, whose identifier is made of type and code', () => {
  const icmp = {
    ...ENDS,
    proto: 'IPv6-ICMP',
    src_ip: '2001:db8::7',
    dest_ip: '2001:db8::1',
    src_port: undefined,
    dest_port: undefined,
    icmp_type: 128,
    icmp_code: 0,
  };
  const event = eventOf('suricata.eve', JSON.stringify({ ...icmp, event_type: 'flow' }));
  expect(event).toMatchObject({
    source: { ip: '2001:db8::7' },
    network: { transport: 'ipv6-icmp', community_id: expect.any(String) },
  });
  expect(event.source).not.toHaveProperty('port');
});

it('keeps a Community ID that the sensor wrote, and replaces what is none', () => {
  const own = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';
  expect(read('flow', { community_id: own }).network?.community_id).toBe(own);
  expect(read('flow', { community_id: 'xx' }).network?.community_id).toBe(read('flow').network?.community_id);
});

it.each([
  ['stats', JSON.stringify({ timestamp: ENDS.timestamp, event_type: 'stats', stats: {} }), 'not_an_event'],
  ['no JSON', '{"timestamp":', 'malformed_json'],
  ['a list', '[1]', 'malformed_json'],
  ['no event_type', '{"timestamp":"2026-01-05T10:00:00Z"}', 'missing_field'],
  ['no timestamp', '{"event_type":"flow","src_ip":"192.0.2.1"}', 'missing_field'],
  ['a time that is none', line('flow', { timestamp: 'yesterday' }), 'invalid_timestamp'],
  ['an address that is none', line('flow', { src_ip: 'gate-1' }), 'invalid_field'],
  [
    'a flow without addresses',
    JSON.stringify({ timestamp: ENDS.timestamp, event_type: 'flow' }),
    'missing_field',
  ],
  [
    'an unknown kind without addresses',
    JSON.stringify({ timestamp: ENDS.timestamp, event_type: 'x' }),
    'unsupported_record',
  ],
])('rejects %s', (_what, text, reason) => {
  expect(readLine('suricata.eve', text)).toMatchObject({ rejected: { reason } });
});

it('gives only actions of its list', () => {
  for (const type of [
    'alert',
    'anomaly',
    'dns',
    'drop',
    'fileinfo',
    'flow',
    'http',
    'netflow',
    'ssh',
    'tls',
    'rdp',
  ])
    expect(SURICATA_ACTIONS).toContain(read(type).event.action);
});

it('is recognised by auto', () => {
  expect(eventOf('auto', line('flow')).event.dataset).toBe('suricata.eve');
});
