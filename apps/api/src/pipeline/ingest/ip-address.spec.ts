import { isIP } from 'node:net';
import fc from 'fast-check';
import { canonicalIp } from './ip-address';

describe('canonical address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.030.0.6', '192.30.0.6'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['1::', '1::'],
  ])('of %s is %s', (text, address) => {
    expect(canonicalIp(text)).toBe(address);
  });

  it.each([
    '',
    'UNKNOWN',
    'example.com',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1.2',
    '1:2',
    'cafe',
    ':',
    '203.0.113.x',
  ])('of %j does not exist', (text) => {
    expect(canonicalIp(text)).toBeUndefined();
  });

  it('of every IPv6 address is itself one, and stays as it is', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = canonicalIp(text) ?? '';
        expect(isIP(address)).not.toBe(0);
        expect(canonicalIp(address)).toBe(address);
      }),
    );
  });
});
