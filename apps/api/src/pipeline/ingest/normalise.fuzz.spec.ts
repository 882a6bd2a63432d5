import fc from 'fast-check';
import type { Dataset } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import { FORMATS } from './formats';
import { createLineReader } from './normalise';
import { aContext, schemaProblems } from './testing';

/** Lines read as each of the datasets and as `auto`. `npm run fuzz` reads more than 200 000 in all. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
/** Time that no line of `ADVERSARIAL_LENGTH` takes when it is read in linear time; in quadratic time it takes ten times that. */
const LONGEST_MS = 25;
const ADVERSARIAL_LENGTH = 16_000;

/** Lines in order, from which the others are made. */
const SEEDS: Readonly<Record<Dataset, readonly string[]>> = {
  openssh: [
    'Jan  5 10:00:00 gate-1 sshd[42]: Failed password for invalid user a b from 203.0.113.7 port 50022 ssh2',
    '<38>1 2026-01-05T10:00:00.123456+01:00 gate-1 sshd 42 - [a b="]"] Accepted publickey for root from 2001:db8::7 port 1 ssh2: RSA SHA256:x',
    'gate-1 sshd[42]: Received disconnect from 203.0.113.7 port 50022:11: Bye Bye [preauth]',
    'Jan  5 10:00:00 gate-1 sshd[42]: message repeated 3 times: [ Invalid user a from 203.0.113.7 port 1]',
  ],
  'linux.auth': [
    'Jan  5 10:00:00 gate-1 su(pam_unix)[42]: authentication failure; logname= uid=0 euid=0 tty= ruser=a rhost=::1  user=root',
    'Jan  5 10:00:00 gate-1 sudo:   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls',
    "Jan  5 10:00:00 gate-1 usermod[42]: add 'oracle' to group 'sudo'",
  ],
  'nginx.access': [
    '203.0.113.7 - deploy [05/Jan/2026:10:00:00 +0100] "GET /a?b=c HTTP/1.1" 404 153 "-" "curl/8.5.0"',
  ],
  'nginx.error': [
    '2026/01/05 10:00:00 [error] 42#7: *9 open() "/srv/x" failed (2: No such file or directory), client: 203.0.113.7, server: _, request: "GET /x HTTP/1.1", host: "a"',
  ],
  'apache.access': [
    'a.example.net:443 203.0.113.7 - - [05/Jan/2026:10:00:00 +0100] "POST /a HTTP/1.1" 200 5 "http://b/" "x"',
  ],
  'apache.error': [
    '[Mon Jan 05 10:00:00.123456 2026] [auth_basic:error] [pid 42:tid 7] [client 203.0.113.7:50022] AH01618: user a not found: /x',
  ],
  'suricata.eve': [
    '{"timestamp":"2026-01-05T10:00:00.000000+0000","flow_id":1,"event_type":"alert","src_ip":"203.0.113.7","src_port":1,"dest_ip":"192.0.2.1","dest_port":80,"proto":"TCP","alert":{"signature_id":1,"signature":"x","severity":2}}',
    '{"timestamp":"2026-01-05T10:00:00.000000+0000","event_type":"dns","src_ip":"2001:db8::7","src_port":1,"dest_ip":"192.0.2.1","dest_port":53,"proto":"UDP","dns":{"type":"query","id":1,"rrname":"a","rrtype":"A"}}',
  ],
  zeek: [
    '{"ts":1767607200.1,"uid":"C1","id.orig_h":"203.0.113.7","id.orig_p":1,"id.resp_h":"192.0.2.1","id.resp_p":80,"proto":"tcp","conn_state":"REJ"}',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state',
    '1767607200.1\tC1\t203.0.113.7\t1\t192.0.2.1\t80\ttcp\tREJ',
  ],
  iptables: [
    'Jan  5 10:00:00 gate-1 kernel: [1.2] IN=eth0 OUT= MAC= SRC=203.0.113.7 DST=192.0.2.1 LEN=40 TTL=64 PROTO=TCP SPT=1 DPT=22 SYN',
  ],
  cowrie: [
    '{"eventid":"cowrie.login.failed","username":"root","password":"x","src_ip":"203.0.113.7","timestamp":"2026-01-05T10:00:00.000000Z","session":"a","protocol":"ssh"}',
  ],
  watchfloor: [JSON.stringify(anEvent())],
};
const ALL_SEEDS = Object.values(SEEDS).flat();

/** Pieces that mislead a reader when they stand where they do not belong. */
const PIECES = [
  '',
  ' ',
  '  ',
  ' from ',
  ' port ',
  ' for ',
  ' ssh2',
  ': ',
  '[',
  ']',
  '"',
  '\\',
  '{',
  '}',
  '\t',
  ';',
  '=',
  '-',
  '\u0000',
  '\ud800',
  '\u20ac',
  '99999999999',
  'NaN',
  '__proto__',
];

const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 12 }));
const change = fc.tuple(fc.nat(400), fc.nat(12), piece, fc.nat(3));

/** Lines of a dataset with some places replaced, doubled or cut; now and then two of any dataset spliced, or anything at all. */
function lineOf(dataset: Dataset | 'auto'): fc.Arbitrary<string> {
  const any = fc.constantFrom(...ALL_SEEDS);
  const own = dataset === 'auto' ? any : fc.constantFrom(...SEEDS[dataset]);
  const changed = fc
    .tuple(own, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => changes.reduce(changedAt, text));
  const spliced = fc.tuple(own, any, fc.nat(200)).map(([a, b, at]) => a.slice(0, at) + b.slice(at));
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: spliced },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  );
}

function changedAt(text: string, [at, length, put, times]: [number, number, string, number]): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + put.repeat(times) + text.slice(place + length);
}

/** What makes a backtracking expression try again and again when it is repeated. */
const REPEATED = [
  ' from ',
  ' from a port 1',
  ' user=',
  ' rhost=',
  ' for user',
  ' ; ',
  '[',
  '"',
  '\\',
  ': ',
  ' ',
  '0',
  'a ',
  '{"a":',
  ' to group ',
  '(',
  ' DST=',
  '\t',
  '%',
  '::',
  ' not allowed because ',
];
const BEGINNINGS = [
  '',
  'Failed password for ',
  'Invalid user ',
  'User ',
  'Disconnecting user ',
  'error: PAM: a',
  'Received disconnect from ',
  'refused connect from ',
  'Bad protocol version identification ',
  'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser=',
  'message repeated 2 times: [',
];
const ADVERSARIAL = [
  ...BEGINNINGS.map((text) => `Jan  5 10:00:00 gate-1 sshd[42]: ${text}`),
  ...['su', 'sudo', 'useradd', 'login', 'polkitd', 'systemd-logind', 'CRON', 'kernel'].map(
    (program) => `Jan  5 10:00:00 gate-1 ${program}: a`,
  ),
  ...ALL_SEEDS,
].flatMap((text) => REPEATED.map((part) => text + part.repeat(ADVERSARIAL_LENGTH / part.length)));

describe.each([...FORMATS.map(({ dataset }) => dataset), 'auto' as const])('reading %s', (dataset) => {
  it(`never throws, and gives only events that the schema allows (${RUNS} lines)`, () => {
    const reader = createLineReader(dataset, aContext());
    fc.assert(
      fc.property(lineOf(dataset), (text) => {
        const outcome = reader.read(text);
        if ('event' in outcome) expect(schemaProblems(outcome.event)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('takes time in proportion to the length of a line, whatever stands in it', () => {
    const reader = createLineReader(dataset, aContext());
    const slow = ADVERSARIAL.filter((text) => fastestMs(() => reader.read(text)) > LONGEST_MS);
    expect(slow.map((text) => text.slice(0, 100))).toEqual([]);
  });
});

/** The fastest of three: a pause of the machine is no property of the line. */
function fastestMs(read: () => unknown): number {
  let fastest = Infinity;
  for (let run = 0; run < 3 && fastest > LONGEST_MS; run++) {
    const start = performance.now();
    read();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
