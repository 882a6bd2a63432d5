import { eventOf, readLine } from '../testing';
import { IPTABLES_ACTIONS } from './iptables';

const HEAD = 'Jan  5 10:00:00 gate-1 kernel: [12345.678901] ';
const PACKET =
  'IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=203.0.113.7 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=7 DF PROTO=TCP SPT=50022 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0';
const read = (line: string) => eventOf('iptables', line);

it('reads every part of a packet', () => {
  expect(read(`${HEAD}[UFW BLOCK] ${PACKET}`)).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.000Z',
    event: {
      action: 'packet-dropped',
      category: ['network'],
      type: ['connection', 'denied'],
      outcome: 'failure',
      dataset: 'iptables',
    },
    source: { ip: '203.0.113.7', port: 50022, mac: '52-54-00-AB-CD-EF' },
    destination: { ip: '192.0.2.1', port: 22, mac: '52-54-00-12-34-56' },
    network: {
      transport: 'tcp',
      bytes: 60,
      packets: 1,
      direction: 'inbound',
      community_id: expect.stringMatching(/^1:/),
    },
    observer: { type: 'firewall', ingress: { interface: { name: 'eth0' } } },
    rule: { name: 'UFW BLOCK' },
    host: { name: 'gate-1' },
    labels: { tcp_flags: 'SYN' },
  });
});

it.each([
  ['packet-dropped', 'UFW LIMIT BLOCK', '[UFW LIMIT BLOCK] '],
  ['packet-accepted', 'UFW ALLOW', '[UFW ALLOW] '],
  ['packet-logged', 'UFW AUDIT', '[UFW AUDIT] '],
  ['packet-rejected', 'FINAL_REJECT', 'FINAL_REJECT: '],
  ['packet-rejected', 'filter_IN_public_REJECT', 'filter_IN_public_REJECT: '],
  ['packet-dropped', 'STATE_INVALID_DROP', 'STATE_INVALID_DROP: '],
  ['packet-dropped', 'SFW2-INext-DROP-DEFLT', 'SFW2-INext-DROP-DEFLT '],
  ['packet-accepted', 'SFW2-INext-ACC-TCP', 'SFW2-INext-ACC-TCP '],
  ['packet-dropped', 'Shorewall:net-fw:DROP', 'Shorewall:net-fw:DROP:'],
  ['packet-dropped', 'DROP(src wan)', 'DROP(src wan)'],
  ['packet-dropped', 'nft-drop', 'nft-drop: '],
  ['packet-logged', 'my rule', 'my rule '],
])('is %s by the prefix %s', (action, name, prefix) => {
  const event = read(`${HEAD}${prefix}${PACKET}`);
  expect(event.event.action).toBe(action);
  expect(event.rule).toEqual({ name });
  expect(IPTABLES_ACTIONS).toContain(action);
});

it('knows no verdict where the rule has no prefix', () => {
  const event = read(HEAD + PACKET);
  expect(event.event).toMatchObject({ action: 'packet-logged', type: ['connection'] });
  expect(event).not.toHaveProperty('rule');
});

it.each([
  ['an ISO time', `2026-01-05T10:00:00+00:00 gate-1 kernel: [UFW BLOCK] ${PACKET}`],
  ['an RFC 5424 header', `<4>1 2026-01-05T10:00:00Z gate-1 kernel - - - [UFW BLOCK] ${PACKET}`],
  ['the time of dmesg -T', `[Mon Jan  5 10:00:00 2026] [UFW BLOCK] ${PACKET}`],
  ['ulogd', `Jan  5 10:00:00 gate-1 ulogd[42]: [UFW BLOCK] ${PACKET}`],
])('reads a line with %s', (_what, line) => {
  expect(read(line)).toMatchObject({
    '@timestamp': '2026-01-05T10:00:00.000Z',
    event: { action: 'packet-dropped' },
    rule: { name: 'UFW BLOCK' },
  });
  expect(eventOf('auto', line).event.dataset).toBe('iptables');
});

it.each(['[12345.678901] ', '', 'IPT-DROP: '])(
  'takes the arrival for the time of a line that begins with "%s", and says so',
  (front) => {
    const nearestTo = Date.UTC(2026, 0, 5, 10);
    expect(eventOf('iptables', front + PACKET, { year: undefined, nearestTo })).toMatchObject({
      '@timestamp': '2026-01-05T10:00:00.000Z',
      tags: ['event_time_assumed'],
    });
  },
);

it('reads the first length, which is that of the packet, and outbound interfaces', () => {
  const udp = 'IN= OUT=wlan0 SRC=192.0.2.1 DST=203.0.113.7 LEN=76 TTL=64 PROTO=UDP SPT=49007 DPT=53 LEN=56';
  expect(read(HEAD + udp)).toMatchObject({
    network: { transport: 'udp', bytes: 76, direction: 'outbound' },
    observer: { egress: { interface: { name: 'wlan0' } } },
  });
});

it('reads IPv6 as short as it goes, and ICMP without ports', () => {
  const icmp =
    'IN=eth0 OUT= SRC=2001:0db8:0000:0000:0000:0000:0000:0007 DST=2001:0db8:0000:0000:0000:0000:0000:0001 LEN=64 PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1';
  const event = read(HEAD + icmp);
  expect(event).toMatchObject({
    source: { ip: '2001:db8::7' },
    network: { transport: 'ipv6-icmp', type: 'ipv6', community_id: expect.any(String) },
  });
  expect(event.source).not.toHaveProperty('port');
});

it('does not read the packet that an ICMP error quotes', () => {
  const error =
    'IN=eth0 OUT= SRC=203.0.113.7 DST=192.0.2.1 LEN=88 PROTO=ICMP TYPE=3 CODE=3 [SRC=192.0.2.1 DST=203.0.113.7 LEN=60 PROTO=UDP SPT=1 DPT=53 ]';
  expect(read(HEAD + error)).toMatchObject({
    source: { ip: '203.0.113.7' },
    network: { transport: 'icmp', bytes: 88 },
  });
});

it('gives a packet that is passed on no direction of its own', () => {
  expect(read(HEAD + PACKET.replace('OUT=', 'OUT=eth1')).network).not.toHaveProperty('direction');
});

it.each([
  ['no addresses', `${HEAD}IN=eth0 OUT= ARP HTYPE=1`, 'missing_field'],
  ['an address that is none', HEAD + PACKET.replace('203.0.113.7', 'gate-1'), 'invalid_field'],
  ['a day that does not exist', `Feb 30 10:00:00 gate-1 kernel: ${PACKET}`, 'invalid_timestamp'],
  ['another message of the kernel', `${HEAD}eth0: link up`, 'unrecognised'],
])('rejects a line with %s', (_what, line, reason) => {
  expect(readLine('iptables', line)).toMatchObject({ rejected: { reason } });
});

it('is not recognised in the message of another process', () => {
  const line = `Jan  5 10:00:00 gate-1 sshd[42]: Invalid user ${PACKET} from 203.0.113.7 port 1`;
  expect(eventOf('auto', line).event.dataset).toBe('openssh');
});
