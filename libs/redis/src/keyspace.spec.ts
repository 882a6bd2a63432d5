import calculateSlot from 'cluster-key-slot';
import fc from 'fast-check';
import { Keyspace, partitionTags } from './keyspace';

describe('partition tags', () => {
  it('give every node of a cluster its share, whatever the number of nodes and partitions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 8 }), (partitions, nodes) => {
        const perNode = new Array<number>(nodes).fill(0);
        for (const tag of partitionTags(partitions)) {
          const node = Math.min(nodes - 1, Math.floor((calculateSlot(tag) * nodes) / 16_384));
          perNode[node] = (perNode[node] ?? 0) + 1;
        }
        expect(Math.max(...perNode) - Math.min(...perNode)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it('put all keys of one partition into one slot', () => {
    const keys = new Keyspace('test', 8);
    expect(calculateSlot(keys.of(3, 'raw'))).toBe(calculateSlot(keys.of(3, 'ledger')));
  });

  it('refuse a partition that does not exist', () => {
    expect(() => new Keyspace('test', 8).of(8, 'raw')).toThrow(RangeError);
  });
});
