import { isSupported } from './find-server';
import { maxmemoryFor, serverArguments } from './server-settings';

describe('a Redis server', () => {
  it.each([
    ['6.0.16', false],
    ['6.2.0', true],
    ['7.0.15', true],
    ['5.9.9', false],
    ['10.0.0', true],
  ])('of version %s is supported: %s', (version, supported) => {
    expect(isSupported(version)).toBe(supported);
  });

  it('leaves a third of the memory to the rest of the machine', () => {
    const share = maxmemoryFor(1000);
    expect(share).toBeGreaterThanOrEqual(600);
    expect(share).toBeLessThanOrEqual(700);
  });

  it('gets every option as one pair of arguments, empty values included', () => {
    const words = serverArguments({ port: 1, folder: '/f', durability: 'none', maxmemoryBytes: 5 });
    expect(words.length % 2).toBe(0);
    expect(words.slice(words.indexOf('--save'), words.indexOf('--save') + 2)).toEqual(['--save', '']);
  });
});
