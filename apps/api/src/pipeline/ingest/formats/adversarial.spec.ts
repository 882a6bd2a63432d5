import type { Dataset } from '@watchfloor/contracts';
import { createLineReader } from '../normalise';
import { aContext } from '../testing';

/** A line of 64 KiB that takes longer than this took more than time in proportion to its length. */
const SLOWEST_MS = 20;
const LONG = 65_000;

const ACCESS = '203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "';
const APACHE = '[Mon Jan 05 10:00:00 2026] [error] [client 203.0.113.7] ';
const NGINX = '2026/01/05 10:00:00 [error] 42#7: *9 ';
const PACKET = 'Jan  5 10:00:00 gate-1 kernel: [1.2] IN=a OUT= SRC=203.0.113.7 DST=192.0.2.1 ';

/** Beginnings after which a reader searches for something that never comes, and what is repeated behind them. */
const TRAPS: readonly (readonly [Dataset, readonly string[], readonly string[]])[] = [
  [
    'nginx.access',
    [ACCESS, `${ACCESS}GET / HTTP/1.1" 200 1 "`, '203.0.113.7 - ', 'Jan  5 10:00:00 web-1 nginx: '],
    ['"', '\\', '\\"', '" 2', ' [05/Jan/2026:10:00:00 +0000', ' ', '203.0.113.7 '],
  ],
  ['apache.access', [ACCESS, 'www.example.com:80 '], ['"', '\\"', ' ', 'a:1 ']],
  [
    'nginx.error',
    [NGINX, `${NGINX}user "`, `${NGINX}x, client: 203.0.113.7, server: a, request: "`, 'web-1 nginx '],
    [
      ', client: ',
      ', client: 1.2.3.4, server: a, request: "',
      '", host: "',
      '"',
      '": password mismatch',
      ' ',
    ],
  ],
  [
    'apache.error',
    [
      APACHE,
      `${APACHE}user \``,
      `${APACHE}user `,
      `${APACHE}Authorization of user `,
      `${APACHE}access to `,
      `${APACHE}script '`,
      `${APACHE}ModSecurity: `,
      'Jan  5 10:00:00 web-1 httpd',
    ],
    [
      "' in realm `",
      ' not found',
      ' to access ',
      ' failed, reason',
      ' failed for ',
      "' ",
      '[id "',
      '[a] ',
      '(13)a: ',
      ', referer: ',
      ' ',
    ],
  ],
  [
    'iptables',
    [PACKET, 'Jan  5 10:00:00 gate-1 kernel: '],
    [' ', 'a ', 'IN=a ', 'IN=a OUT', 'SRC=', '=', '-drop', '['],
  ],
  ['zeek', ['#fields\t', '#separator ', '1767607200.1\t'], ['\t', '\\x41', 'a\t', ',']],
  ['suricata.eve', ['{"event_type":"flow","timestamp":"'], ['0', ':', 'a']],
  ['cowrie', ['{"eventid":"cowrie.'], ['.', 'a']],
  ['watchfloor', ['{"@timestamp":"'], ['{"a":', '"', '0']],
];

const lines = TRAPS.flatMap(([dataset, beginnings, parts]) =>
  beginnings.flatMap((beginning) =>
    parts.map((part) => ({
      dataset,
      beginning,
      part,
      text: beginning + part.repeat(Math.floor((LONG - beginning.length) / part.length)),
    })),
  ),
);

test.each(lines)('$dataset reads $beginning and many of $part in linear time', ({ dataset, text }) => {
  const reader = createLineReader(dataset, aContext());
  expect(fastestMs(() => reader.read(text))).toBeLessThan(SLOWEST_MS);
});

/** The fastest of five: a pause of the machine is no property of the line. */
function fastestMs(read: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    read();
    return performance.now() - start;
  });
  return Math.min(...times);
}
