import fc from 'fast-check';
import { readAddress, readIpv4 } from './ip-address';

const read = (text: string): { family: number; words: number[] } => {
  const words = new Uint32Array(4);
  const family = readAddress(text, words);
  return { family, words: [...words].slice(0, family === 6 ? 4 : family === 4 ? 1 : 0) };
};

const octet = fc.integer({ min: 0, max: 255 });
const hextets = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});
const toWords = (values: readonly number[]): number[] =>
  [0, 2, 4, 6].map((at) => (values[at] ?? 0) * 65_536 + (values[at + 1] ?? 0));
const isMapped = (values: readonly number[]): boolean =>
  values.slice(0, 5).every((value) => value === 0) && values[5] === 0xffff;

test('four octets are one unsigned number', () => {
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      expect(readIpv4(`${a}.${b}.${c}.${d}`)).toBe(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d);
    }),
  );
});

test('eight groups are four words, in either case and with leading zeros', () => {
  fc.assert(
    fc.property(
      hextets.filter((values) => !isMapped(values)),
      (values) => {
        const plain = values.map((value) => value.toString(16)).join(':');
        const padded = values.map((value) => value.toString(16).padStart(4, '0').toUpperCase()).join(':');
        expect(read(plain)).toEqual({ family: 6, words: toWords(values) });
        expect(read(padded)).toEqual({ family: 6, words: toWords(values) });
      },
    ),
  );
});

test('a double colon stands for any run of zero groups', () => {
  fc.assert(
    fc.property(hextets, fc.nat(7), fc.integer({ min: 1, max: 8 }), (values, from, length) => {
      const zeroed = values.map((value, at) => (at >= from && at < from + length ? 0 : value));
      fc.pre(!isMapped(zeroed));
      const hex = zeroed.map((value) => value.toString(16));
      const compressed = `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
      expect(read(compressed)).toEqual({ family: 6, words: toWords(zeroed) });
    }),
  );
});

test('an IPv4-mapped address is IPv4, however it is written', () => {
  const expected = { family: 4, words: [0x0102_0304] };
  expect(read('::ffff:1.2.3.4')).toEqual(expected);
  expect(read('::FFFF:102:304')).toEqual(expected);
  expect(read('0:0:0:0:0:ffff:1.2.3.4')).toEqual(expected);
});

test('an IPv4 tail outside the mapped range stays IPv6', () => {
  expect(read('64:ff9b::1.2.3.4')).toEqual({ family: 6, words: [0x0064_ff9b, 0, 0, 0x0102_0304] });
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4 ',
  '1..2.3',
  '.1.2.3',
  '1.2.3.',
  '1.2.3.-4',
  ':',
  ':::',
  '::1::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8:9',
  '12345::',
  '::g',
  'fe80::1%eth0',
  '::1.2.3',
  '1.2.3.4::',
  '1:2:3:4:5:6:7:1.2.3.4',
  ':1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7:8:',
  'example.com',
])('%j is no address', (text) => {
  expect(read(text).family).toBe(0);
});
