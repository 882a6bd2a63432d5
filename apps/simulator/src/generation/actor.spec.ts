import fc from 'fast-check';
import { blocksOf, placeOf } from '@watchfloor/contracts';
import { Actor, type ActorPlan } from './actor';
import { SeededRandom } from './seeded-random';

const herd = (changes: Partial<ActorPlan>): ActorPlan => ({
  size: 100,
  origin: { NL: 1, BR: 3 },
  networks: 512,
  family: 'ipv4',
  inside: false,
  ...changes,
});
const actor = (changes: Partial<ActorPlan>, seed = 'actor') =>
  new Actor(herd(changes), new SeededRandom(seed));
const addresses = (who: Actor): string[] =>
  Array.from({ length: who.size }, (_, member) => who.addressOf(member));

describe('Actor', () => {
  it('gives every member another address, in the countries of its origin', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('ipv4' as const, 'ipv6' as const), (seed, family) => {
        const all = addresses(actor({ family, size: 700 }, seed));
        expect(new Set(all).size).toBe(700);
        expect(all.every((address) => ['NL', 'BR'].includes(placeOf(address)?.country ?? ''))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('gives half a million IPv6 members another address each', () => {
    expect(new Set(addresses(actor({ family: 'ipv6', size: 500_000 }))).size).toBe(500_000);
  });

  it('shares as few networks as it is told', () => {
    const networks = addresses(actor({ networks: 3 })).map((address) =>
      address.slice(0, address.lastIndexOf('.')),
    );
    expect(new Set(networks).size).toBe(3);
  });

  it('prefers the countries with more weight', () => {
    const origin = { US: 9, DE: 1 };
    const all = Array.from({ length: 1_000 }, (_, seed) =>
      actor({ size: 1, origin }, `${seed}`).addressOf(0),
    );
    const american = all.filter((address) => placeOf(address)?.country === 'US').length;
    expect(american / 1_000).toBeCloseTo(0.9, 1);
  });

  it('keeps the hosts of targets free', () => {
    const all = addresses(actor({ size: 235 * blocksOf('NL').length, origin: { NL: 1 } }));
    expect(Math.min(...all.map((address) => Number(address.split('.')[3])))).toBeGreaterThan(19);
  });

  it('refuses a country without a network and more members than fit', () => {
    expect(() => actor({ origin: { AQ: 1 } })).toThrow('no network in AQ');
    expect(() => actor({ size: 500, networks: 2 })).toThrow('do not fit');
  });
});
