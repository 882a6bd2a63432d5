import { readAddress } from '@watchfloor/contracts';
import { kindOf } from './address-ranges';

const kindOfText = (text: string): string => {
  const words = new Uint32Array(4);
  const family = readAddress(text, words);
  return family === 0 ? 'none' : kindOf(family, words);
};

test.each([
  ['0.1.2.3', 'reserved'],
  ['9.255.255.255', 'public'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'shared'],
  ['100.127.255.255', 'shared'],
  ['100.128.0.0', 'public'],
  ['127.0.0.1', 'loopback'],
  ['169.253.255.255', 'public'],
  ['169.254.0.1', 'link-local'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.0.0.8', 'reserved'],
  ['192.0.0.9', 'public'],
  ['192.0.1.0', 'public'],
  ['192.0.2.1', 'documentation'],
  ['192.88.99.1', 'reserved'],
  ['192.168.1.1', 'private'],
  ['192.169.0.0', 'public'],
  ['198.17.255.255', 'public'],
  ['198.18.0.0', 'benchmark'],
  ['198.19.255.255', 'benchmark'],
  ['198.20.0.0', 'public'],
  ['198.51.100.9', 'documentation'],
  ['203.0.113.9', 'documentation'],
  ['203.0.114.0', 'public'],
  ['223.255.255.255', 'public'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.0', 'reserved'],
  ['255.255.255.255', 'reserved'],
])('%s is %s', (address, kind) => {
  expect(kindOfText(address)).toBe(kind);
});

test.each([
  ['::', 'reserved'],
  ['::1', 'loopback'],
  ['::2', 'reserved'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['64:ff9b:1::1', 'private'],
  ['100::1', 'reserved'],
  ['2001:2::1', 'benchmark'],
  ['2001:2:1::1', 'public'],
  ['2001:10::1', 'reserved'],
  ['2001:1f:ffff::', 'reserved'],
  ['2001:db8::1', 'documentation'],
  ['2001:db9::1', 'public'],
  ['2001:4860:4860::8888', 'public'],
  ['2a00:1450::1', 'public'],
  ['3fff:fff::1', 'documentation'],
  ['3fff:1000::1', 'public'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fbff::1', 'reserved'],
  ['fc00::1', 'private'],
  ['fdff:ffff::1', 'private'],
  ['fe80::1', 'link-local'],
  ['febf:ffff::1', 'link-local'],
  ['fec0::1', 'reserved'],
  ['ff02::1', 'multicast'],
])('%s is %s', (address, kind) => {
  expect(kindOfText(address)).toBe(kind);
});

test('a mapped address is of the kind of the IPv4 address in it', () => {
  expect(kindOfText('::ffff:192.168.1.1')).toBe('private');
  expect(kindOfText('::ffff:8.8.8.8')).toBe('public');
});
