import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { communityId, isCommunityId } from './community-id';

/** The baseline of the specification (community-id-spec, `baseline/`): protocol, ends, and the identifiers for seeds 0 and 1. */
const BASELINE = [
  [
    6,
    '128.232.110.120',
    34855,
    '66.35.250.204',
    80,
    '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
    '1:3V71V58M3Ksw/yuFALMcW0LAHvc=',
  ],
  [
    17,
    '192.168.1.52',
    54585,
    '8.8.8.8',
    53,
    '1:d/FP5EW3wiY1vCndhwleRRKHowQ=',
    '1:Q9We8WO3piVF8yEQBNJF4uiSVrI=',
  ],
  [
    132,
    '192.168.170.8',
    7,
    '192.168.170.56',
    7,
    '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=',
    '1:5w3ZRjeKBzqT3zsaEECDGjUbYeg=',
  ],
  [
    1,
    '192.168.0.89',
    8,
    '192.168.0.1',
    0,
    '1:X0snYXpgwiv9TZtqg64sgzUn6Dk=',
    '1:03g6IloqVBdcZlPyX8r0hgoE7kA=',
  ],
  [
    46,
    '10.1.12.1',
    undefined,
    '10.1.12.2',
    undefined,
    '1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=',
    '1:rYir8gphR31noO9iDRQmF/BteEI=',
  ],
  [
    6,
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    63943,
    '2607:f8b0:400c:c03::1a',
    25,
    '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
    '1:eJYTW6AOzFLlSUoESovMjnu7rMw=',
  ],
  [
    58,
    'fe80::200:86ff:fe05:80da',
    135,
    'fe80::260:97ff:fe07:69ea',
    0,
    '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=',
    '1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=',
  ],
  [
    58,
    '3ffe:507:0:1:200:86ff:fe05:80da',
    128,
    '3ffe:501:0:1001::2',
    0,
    '1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=',
    '1:GfZxjAkDk2MkegpBYHV6tadtFXQ=',
  ],
  [
    58,
    'fe80::200:86ff:fe05:80da',
    133,
    'ff02::2',
    0,
    '1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0=',
    '1:L7Ka0ZMYu+J3bL4ulW2PrqyXNo8=',
  ],
] as const;

/** Messages without an answer: the order of the ends is kept, the code stands for the second port. */
const ONE_WAY = [
  [1, '10.0.0.1', 11, '10.0.0.2', 0, '1:YHxtAirCG//0OzkcVAukqKQN9xM='],
  [58, '3ffe:501:1800:2345::2', 3, '3ffe:507:0:1:200:86ff:fe05:80da', 0, '1:2ObVBgIn28oZvibYZhZMBgh7WdQ='],
  [
    58,
    '3ffe:501:410:0:2c0:dfff:fe47:33e',
    1,
    '3ffe:507:0:1:200:86ff:fe05:80da',
    4,
    '1:hLZd0XGWojozrvxqE0dWB1iM6R0=',
  ],
] as const;

test.each(BASELINE)(
  'protocol %d, %s:%s to %s:%s has the identifiers of the baseline',
  (protocol, sourceIp, sourcePort, destinationIp, destinationPort, expected, seeded) => {
    const flow = { protocol, sourceIp, sourcePort, destinationIp, destinationPort };
    expect(communityId(flow)).toBe(expected);
    expect(communityId(flow, 1)).toBe(seeded);
  },
);

test.each(ONE_WAY)(
  'protocol %d, %s type %s to %s code %s keeps its direction',
  (protocol, sourceIp, sourcePort, destinationIp, destinationPort, expected) => {
    expect(communityId({ protocol, sourceIp, sourcePort, destinationIp, destinationPort })).toBe(expected);
  },
);

test('an answer to an ICMP request has the identifier of the request', () => {
  const request = {
    protocol: 1,
    sourceIp: '192.0.2.1',
    sourcePort: 8,
    destinationIp: '192.0.2.9',
    destinationPort: 0,
  };
  const answer = {
    protocol: 1,
    sourceIp: '192.0.2.9',
    sourcePort: 0,
    destinationIp: '192.0.2.1',
    destinationPort: 0,
  };
  expect(communityId(answer)).toBe(communityId(request));
});

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const port = fc.nat(65_535);

test('both directions of a flow have one identifier, the one of a general SHA-1', () => {
  fc.assert(
    fc.property(octets, octets, port, port, port, (a, b, p, q, seed) => {
      const there = {
        protocol: 6,
        sourceIp: a.join('.'),
        sourcePort: p,
        destinationIp: b.join('.'),
        destinationPort: q,
      };
      const back = {
        protocol: 6,
        sourceIp: b.join('.'),
        sourcePort: q,
        destinationIp: a.join('.'),
        destinationPort: p,
      };
      const number = ([w, x, y, z]: readonly number[]): number =>
        Buffer.from([w ?? 0, x ?? 0, y ?? 0, z ?? 0]).readUInt32BE();
      const swap = number(a) > number(b) || (number(a) === number(b) && p > q);
      const ends = swap ? [...b, ...a] : [...a, ...b];
      const ports = swap ? [q, p] : [p, q];
      const bytes = [seed >> 8, seed & 255, ...ends, 6, 0, ...ports.flatMap((n) => [n >> 8, n & 255])];
      const expected = `1:${createHash('sha1').update(Buffer.from(bytes)).digest('base64')}`;
      expect(communityId(there, seed)).toBe(expected);
      expect(communityId(back, seed)).toBe(expected);
      expect(isCommunityId(expected)).toBe(true);
    }),
  );
});

test.each([
  [
    'a name in place of an address',
    { protocol: 6, sourceIp: 'example.com', sourcePort: 1, destinationIp: '192.0.2.1', destinationPort: 2 },
  ],
  [
    'ends of two families',
    { protocol: 6, sourceIp: '192.0.2.1', sourcePort: 1, destinationIp: '2001:db8::1', destinationPort: 2 },
  ],
  ['TCP without ports', { protocol: 6, sourceIp: '192.0.2.1', destinationIp: '192.0.2.2' }],
  [
    'a one-way ICMP message without its code',
    { protocol: 1, sourceIp: '192.0.2.1', sourcePort: 3, destinationIp: '192.0.2.2' },
  ],
])('%s has no identifier', (_case, flow) => {
  expect(communityId(flow)).toBeUndefined();
});

test.each(['', 'xx', '1:short', '2:LQU9qZlK+B5F3KDmev6m5PMibrg=', undefined, 7])(
  '%p is no Community ID',
  (text) => {
    expect(isCommunityId(text)).toBe(false);
  },
);
