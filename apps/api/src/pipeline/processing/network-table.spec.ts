import { readAddress } from '@watchfloor/contracts';
import type { Network } from './address-place';
import { NetworkTable, NetworkTableBuilder } from './network-table';

const IPV4_ROWS = [
  '16777216,16777471,64500,"Example, Inc."',
  '16777472,16777727,64501,Plain Org',
  '16777600,16778000,64502,Overlapping',
  'no row',
  '',
  '4294967040,4294967295,64503,"The ""Last"" One"',
];
const IPV6_ROWS = [
  '2001:200::,2001:200:1b9:ffff:ffff:ffff:ffff:ffff,64504,Wide',
  '2001:200:1ba::,2001:200:1ba:7fff:ffff:ffff:ffff:ffff,64505,Half a /48',
  '2001:200:1ba:8000::,2001:200:1ba:ffff:ffff:ffff:ffff:ffff,64506,The other half',
  '1.2.3.4,1.2.3.5,64507,Of another family',
];

const built = (): NetworkTable => {
  const builder = new NetworkTableBuilder();
  builder.add(4, IPV4_ROWS);
  builder.add(6, IPV6_ROWS);
  return builder.build();
};

const networkOf = (table: NetworkTable, address: string): Network | undefined => {
  const words = new Uint32Array(4);
  const family = readAddress(address, words);
  const [first = 0, second = 0] = words;
  return family === 4 ? table.ofIpv4(first) : table.ofIpv6(first, second);
};

test.each([
  ['0.255.255.255', undefined],
  ['1.0.0.0', 64_500],
  ['1.0.0.255', 64_500],
  ['1.0.1.0', 64_501],
  ['1.0.1.200', 64_501],
  ['1.0.2.1', 64_502],
  ['1.0.3.17', undefined],
  ['255.255.255.255', 64_503],
  ['2001:1ff:ffff::', undefined],
  ['2001:200::1', 64_504],
  ['2001:200:1b9:ffff::', 64_504],
  ['2001:200:1ba::1', 64_505],
  ['2001:200:1bb::', undefined],
])('%s belongs to network %s', (address, number) => {
  expect(networkOf(built(), address)?.number).toBe(number);
});

test('the organisation is read with or without quotes', () => {
  const table = built();
  expect(networkOf(table, '1.0.0.1')).toEqual({ number: 64_500, organization: { name: 'Example, Inc.' } });
  expect(networkOf(table, '1.0.1.1')?.organization?.name).toBe('Plain Org');
  expect(networkOf(table, '255.255.255.1')?.organization?.name).toBe('The "Last" One');
});

test('a table made of its own sections answers the same', () => {
  const again = NetworkTable.from(built().toSections());
  expect(networkOf(again, '1.0.0.1')).toEqual(networkOf(built(), '1.0.0.1'));
  expect(networkOf(again, '2001:200::1')).toEqual(networkOf(built(), '2001:200::1'));
});
