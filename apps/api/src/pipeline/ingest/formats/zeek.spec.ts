import type { NormalisedEvent } from '@watchfloor/contracts';
import { createLineReader } from '../normalise';
import { aContext, eventOf, readLine, schemaProblems } from '../testing';
import { ZEEK_ACTIONS } from './zeek/streams';

const ENDS = {
  ts: 1767607200.123456,
  uid: 'CAbcdefgh1234567',
  'id.orig_h': '203.0.113.7',
  'id.orig_p': 50022,
  'id.resp_h': '192.0.2.1',
  'id.resp_p': 22,
};
const read = (more: object) => eventOf('zeek', JSON.stringify({ ...ENDS, ...more }));
const CONN = {
  proto: 'tcp',
  service: 'ssh',
  duration: 1.5,
  orig_bytes: 10,
  resp_bytes: 20,
  conn_state: 'SF',
  orig_pkts: 3,
  orig_ip_bytes: 110,
  resp_pkts: 2,
  resp_ip_bytes: 120,
  local_orig: false,
  local_resp: true,
};

/** Reads lines by one reader, as the lines of one file are. */
function readFile(lines: readonly string[]): (NormalisedEvent | string)[] {
  const reader = createLineReader('zeek', aContext());
  return lines.map((line) => {
    const outcome = reader.read(line);
    if ('rejected' in outcome) return outcome.rejected.reason;
    expect(schemaProblems(outcome.event)).toEqual([]);
    return outcome.event;
  });
}

it('reads a connection', () => {
  expect(read(CONN)).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.123Z',
    event: {
      action: 'network-flow',
      category: ['network'],
      type: ['connection'],
      outcome: 'success',
      duration: 1.5e9,
      dataset: 'zeek',
      module: 'zeek',
    },
    source: { ip: '203.0.113.7', port: 50022, bytes: 110 },
    destination: { ip: '192.0.2.1', port: 22, bytes: 120 },
    network: {
      transport: 'tcp',
      protocol: 'ssh',
      bytes: 230,
      packets: 5,
      direction: 'inbound',
      community_id: expect.stringMatching(/^1:/),
    },
    labels: { uid: 'CAbcdefgh1234567', conn_state: 'SF' },
  });
});

it.each([
  ['S0', 'tcp', 'failure'],
  ['REJ', 'tcp', 'failure'],
  ['RSTO', 'tcp', 'success'],
  ['OTH', 'tcp', 'unknown'],
  ['S0', 'udp', 'unknown'],
])('a connection in state %s over %s is a %s', (conn_state, proto, outcome) => {
  expect(read({ ...CONN, conn_state, proto }).event.outcome).toBe(outcome);
});

it.each([
  ['dotted', {}],
  [
    'with underscores',
    {
      'id.orig_h': undefined,
      'id.orig_p': undefined,
      'id.resp_h': undefined,
      'id.resp_p': undefined,
      id_orig_h: '203.0.113.7',
      id_orig_p: 50022,
      id_resp_h: '192.0.2.1',
      id_resp_p: 22,
    },
  ],
  [
    'nested',
    {
      'id.orig_h': undefined,
      'id.orig_p': undefined,
      'id.resp_h': undefined,
      'id.resp_p': undefined,
      id: { orig_h: '203.0.113.7', orig_p: 50022, resp_h: '192.0.2.1', resp_p: 22 },
    },
  ],
])('reads names that are %s alike', (_form, names) => {
  expect(read({ ...CONN, ...names })).toMatchObject({
    source: { ip: '203.0.113.7', port: 50022 },
    destination: { ip: '192.0.2.1', port: 22 },
  });
});

it.each([
  ['conn', 'network-flow', { conn_state: 'SF' }],
  ['ssh', 'ssh-connection', { auth_attempts: 0 }],
  ['http', 'http-request', { trans_depth: 1, method: 'GET', uri: '/' }],
  ['dns', 'dns-query', { trans_id: 7, query: 'a.example' }],
  ['notice', 'network-alert', { note: 'Scan::Port_Scan', msg: 'x' }],
  ['ssl', 'tls-handshake', { cipher: 'x', established: true }],
])('knows the stream %s by its fields', (_stream, action, fields) => {
  expect(read(fields).event.action).toBe(action);
});

it.each(['_path', '@stream'])('takes the stream from %s', (name) => {
  expect(read({ [name]: 'ssh' }).event.action).toBe('ssh-connection');
});

it.each([
  [true, 'ssh-login', 'success'],
  [false, 'ssh-login-failed', 'failure'],
])('reads an SSH connection with auth_success %s as %s', (auth_success, action, outcome) => {
  expect(read({ _path: 'ssh', auth_success, client: 'SSH-2.0-Go', auth_attempts: 3 })).toMatchObject({
    event: { action, outcome, category: ['network', 'authentication'] },
    network: { transport: 'tcp', protocol: 'ssh' },
    labels: { ssh_client: 'SSH-2.0-Go', auth_attempts: '3' },
  });
});

it('reads an HTTP transaction', () => {
  const http = {
    _path: 'http',
    method: 'POST',
    host: 'shop.example:8080',
    uri: '/a?b=c',
    version: '1.1',
    user_agent: 'curl/8.5.0',
    referrer: 'https://a.example/',
    request_body_len: 3,
    response_body_len: 9,
    status_code: 401,
    username: 'deploy',
  };
  expect(read(http)).toMatchObject({
    event: { category: ['web', 'network'], outcome: 'failure', severity: 40 },
    url: { path: '/a', query: 'b=c', domain: 'shop.example', port: 8080 },
    http: {
      version: '1.1',
      request: { method: 'POST', referrer: 'https://a.example/', body: { bytes: 3 } },
      response: { status_code: 401, body: { bytes: 9 } },
    },
    user_agent: { original: 'curl/8.5.0' },
    user: { name: 'deploy' },
  });
});

it('reads a DNS query with its answers', () => {
  const dns = {
    _path: 'dns',
    proto: 'udp',
    trans_id: 7,
    query: 'a.example',
    qclass_name: 'C_INTERNET',
    qtype_name: 'A',
    rcode_name: 'NOERROR',
    answers: ['b.example', '198.51.100.1'],
    rtt: 0.01,
  };
  expect(read(dns)).toMatchObject({
    event: { action: 'dns-query', outcome: 'success', duration: 1e7 },
    dns: {
      id: '7',
      question: { name: 'a.example', type: 'A', class: 'C_INTERNET' },
      response_code: 'NOERROR',
      resolved_ip: ['198.51.100.1'],
    },
  });
});

it('reads a notice as an alert about the address that it names', () => {
  const notice = {
    ts: 1767607200,
    note: 'SSH::Password_Guessing',
    msg: '203.0.113.7 appears to be guessing',
    src: '203.0.113.7',
    dst: '192.0.2.1',
    p: 22,
  };
  expect(eventOf('zeek', JSON.stringify(notice))).toMatchObject({
    event: { kind: 'alert', severity: 75, category: ['intrusion_detection', 'network'] },
    source: { ip: '203.0.113.7' },
    destination: { ip: '192.0.2.1', port: 22 },
    rule: { name: 'SSH::Password_Guessing', ruleset: 'Zeek' },
    threat: { technique: { id: ['T1110'] } },
  });
});

it('reads files, weird and other streams for what they tell of addresses', () => {
  const file = {
    ts: 1767607200,
    _path: 'files',
    tx_hosts: ['192.0.2.1'],
    rx_hosts: ['203.0.113.7'],
    source: 'HTTP',
    seen_bytes: 9,
  };
  expect(eventOf('zeek', JSON.stringify(file))).toMatchObject({
    source: { ip: '192.0.2.1' },
    destination: { ip: '203.0.113.7' },
    file: { size: 9 },
  });
  expect(eventOf('zeek', '{"ts":1767607200,"_path":"weird","name":"bad_TCP_checksum"}').event.reason).toBe(
    'bad_TCP_checksum',
  );
  expect(read({ _path: 'kerberos' })).toMatchObject({
    event: { action: 'protocol-transaction' },
    network: { protocol: 'kerberos' },
  });
});

it.each([
  ['seconds', 1767607200.5],
  ['milliseconds', 1767607200500],
  ['ISO 8601', '2026-01-05T10:00:00.500000Z'],
])('reads times in %s', (_form, ts) => {
  expect(read({ ...CONN, ts })['@timestamp']).toBe('2026-01-05T10:00:00.500Z');
});

it('reads times that count from the beginning of a capture', () => {
  expect(read({ ...CONN, ts: 29.868252 })['@timestamp']).toBe('1970-01-01T00:00:29.868Z');
});

it('shows no ports for ICMP and gives both directions one identifier', () => {
  const echo = read({ ...CONN, proto: 'icmp', 'id.orig_p': 8, 'id.resp_p': 0 });
  const reply = read({
    ...CONN,
    proto: 'icmp',
    'id.orig_h': '192.0.2.1',
    'id.orig_p': 0,
    'id.resp_h': '203.0.113.7',
    'id.resp_p': 8,
  });
  expect(echo.source).not.toHaveProperty('port');
  expect(echo.network?.community_id).toBe(reply.network?.community_id);
});

const HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#open\t2026-01-05-10-00-00',
];
const FIELDS =
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_ip_bytes\tresp_ip_bytes\tconn_state\tlocal_orig\tlocal_resp\ttunnel_parents';
const TYPES =
  '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tset[string]';
const ROW =
  '1767607200.123456\tCAbcdefgh1234567\t203.0.113.7\t50022\t192.0.2.1\t22\ttcp\t-\t1.5\t110\t120\tREJ\tF\tT\t(empty)';

describe('TSV', () => {
  it('reads rows by the header of their file, which is itself no event', () => {
    const outcomes = readFile([...HEADER, FIELDS, TYPES, ROW, '#close\t2026-01-05-11-00-00']);
    expect(outcomes.filter((outcome) => outcome === 'not_an_event')).toHaveLength(HEADER.length + 3);
    expect(outcomes[HEADER.length + 2]).toMatchObject({
      '@timestamp': '2026-01-05T10:00:00.123Z',
      event: { action: 'network-flow', outcome: 'failure', duration: 1.5e9 },
      source: { ip: '203.0.113.7', port: 50022 },
      destination: { ip: '192.0.2.1', port: 22 },
      network: { transport: 'tcp', bytes: 230, direction: 'inbound', community_id: expect.any(String) },
    });
    expect(outcomes[HEADER.length + 2]).not.toHaveProperty('network.protocol');
  });

  it('reads a second header in place of the first', () => {
    const dns = [
      '#separator \\x09',
      '#path\tdns',
      '#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers',
      '#types\ttime\taddr\tport\taddr\tport\tenum\tstring\tvector[string]',
    ];
    const row =
      '1767607200.000000\t203.0.113.7\t5353\t192.0.2.1\t53\tudp\ta\\x2eexample\t198.51.100.1,b.example';
    expect(readFile([...HEADER, FIELDS, TYPES, ROW, ...dns, row]).at(-1)).toMatchObject({
      event: { action: 'dns-query' },
      dns: { question: { name: 'a.example' }, resolved_ip: ['198.51.100.1'] },
    });
  });

  it('reads a log with another separator', () => {
    const comma = (line: string) => line.replaceAll('\t', ',');
    expect(
      readFile(['#separator \\x2c', comma('#path\tconn'), comma(FIELDS), comma(ROW)]).at(-1),
    ).toMatchObject({ source: { ip: '203.0.113.7' } });
  });

  it('knows the stream by its columns when there is no path', () => {
    expect(readFile([FIELDS, TYPES, ROW]).at(-1)).toMatchObject({ event: { action: 'network-flow' } });
  });

  it('reads a row as JSON says the same', () => {
    const [fromRow] = readFile([...HEADER, FIELDS, TYPES, ROW]).slice(-1) as [NormalisedEvent];
    const fromJson = read({
      proto: 'tcp',
      duration: 1.5,
      orig_ip_bytes: 110,
      resp_ip_bytes: 120,
      conn_state: 'REJ',
      local_orig: false,
      local_resp: true,
    });
    const {
      event: { original: _row, ...rowGroup },
      ...rowRest
    } = fromRow;
    const {
      event: { original: _json, ...jsonGroup },
      ...jsonRest
    } = fromJson;
    expect({ ...rowRest, event: rowGroup }).toEqual({ ...jsonRest, event: jsonGroup });
  });

  it('rejects a row without its header', () => {
    expect(readFile([ROW])).toEqual(['missing_header']);
  });

  it('rejects a row that was cut off', () => {
    expect(readFile([...HEADER, FIELDS, TYPES, ROW.slice(0, 60)]).at(-1)).toBe('unrecognised');
  });
});

it.each([
  ['no JSON', '{"ts":', 'malformed_json'],
  ['no time', '{"uid":"C1","conn_state":"SF"}', 'missing_field'],
  ['a time that is none', JSON.stringify({ ...ENDS, ...CONN, ts: 'now' }), 'invalid_timestamp'],
  ['an address that is none', JSON.stringify({ ...ENDS, ...CONN, 'id.orig_h': 'gate-1' }), 'invalid_field'],
  ['a connection without addresses', '{"ts":1767607200,"conn_state":"SF"}', 'missing_field'],
  [
    'a stream without addresses',
    '{"ts":1767607200,"_path":"packet_filter","filter":"ip"}',
    'unsupported_record',
  ],
  ['text', 'a sentence', 'unrecognised'],
])('rejects %s', (_what, line, reason) => {
  expect(readLine('zeek', line)).toMatchObject({ rejected: { reason } });
});

it('gives only actions of its list', () => {
  for (const _path of ['conn', 'dns', 'files', 'http', 'notice', 'ssh', 'ssl', 'weird', 'rdp'])
    expect(ZEEK_ACTIONS).toContain(read({ _path }).event.action);
});

it('is recognised by auto, with its header', () => {
  const reader = createLineReader('auto', aContext());
  const outcomes = [...HEADER, FIELDS, TYPES, ROW, JSON.stringify({ ...ENDS, ...CONN })].map((line) =>
    reader.read(line),
  );
  expect(outcomes.slice(-2)).toMatchObject([
    { event: { event: { dataset: 'zeek' } } },
    { event: { event: { dataset: 'zeek' } } },
  ]);
});
