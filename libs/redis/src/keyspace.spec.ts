import calculateSlot from 'cluster-key-slot';
import { Keyspace, partitionTags } from './keyspace';

describe('partition tags', () => {
  it('give every node of a cluster its share, whatever the number of nodes and partitions', () => {
    const uneven: string[] = [];
    for (let partitions = 1; partitions <= 64; partitions++) {
      const slots = partitionTags(partitions).map((tag) => calculateSlot(tag));
      for (let nodes = 1; nodes <= 8; nodes++) {
        const perNode = new Array<number>(nodes).fill(0);
        for (const slot of slots) {
          const node = Math.min(nodes - 1, Math.floor((slot * nodes) / 16_384));
          perNode[node] = (perNode[node] ?? 0) + 1;
        }
        if (Math.max(...perNode) - Math.min(...perNode) > 1) uneven.push(`${partitions} on ${nodes}`);
      }
    }
    expect(uneven).toEqual([]);
  });

  it('put all keys of one partition into one slot', () => {
    const keys = new Keyspace('test', 8);
    expect(calculateSlot(keys.of(3, 'raw'))).toBe(calculateSlot(keys.of(3, 'ledger')));
  });

  it('refuse a partition that does not exist', () => {
    expect(() => new Keyspace('test', 8).of(8, 'raw')).toThrow(RangeError);
  });
});
